"""Puts one element at the top of an HTML document, as its bytes go by. Knows nothing of headers or of ASGI.

Only the prolog is read: byte order mark, white space, comments, doctype, `<html …>`, `<head …>` and the charset
declarations right behind it. The page is never looked at, so nothing in it can be mistaken. Bytes of any encoding
in which ASCII is ASCII will do.

The element lands where the tree stays what it was, but for the element (HTML, section 13.2.6.4):

* in the head: right behind its tag or behind the last charset declaration, so that no text is split;
* before there is one: behind all white space, comments and stray end tags, which the parser drops or hangs elsewhere
  as long as there is no head, and would put into the head behind our element.

A `<meta http-equiv=Content-Security-Policy>` binds what follows it, and so never the element.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final, NamedTuple

from .prolog import CONTENT_OF_A_DOCUMENT, OPEN_BEFORE_HEAD, OPEN_IN_HEAD, PROLOG

MAX_PROLOG: Final = 8192
"""Bytes that are held back at most. A document whose prolog is longer is left alone."""

PROMPT_LOOKS: Final = 64
"""So often each chunk is looked at as it comes; then only when a quarter more has come, so that a body in single
bytes costs no more than in one."""

BEGINNING: Final = 256
"""Bytes that decide about most documents, and that are remembered with what they decide."""

BOM: Final = b"\xef\xbb\xbf"


class Place(NamedTuple):
    """Where the element goes, in bytes from the start; None: this is no document, or its prolog does not end."""

    offset: int | None


LEFT_ALONE: Final = Place(None)


def find(document: bytes, *, final: bool, strict: bool = False) -> Place | None:
    """The place in a document that begins with these bytes; None if more of them could tell, unless `final`.

    With `strict`, only a doctype, `<html>` or `<head>` makes a document; else `<title>`, `<body>`, `<frameset>` or
    a charset declaration in front does too.
    """
    start = 3 if document.startswith(BOM) else 0
    tokens = PROLOG.match(document, start, MAX_PROLOG)

    if tokens is None:  # pragma: no cover - every part of the pattern may be empty
        return LEFT_ALONE

    doctype, html, head, charset, _ = tokens.groups()
    in_head = head is not None or charset is not None
    rest = tokens.end("gap")
    unfinished = (OPEN_IN_HEAD if in_head else OPEN_BEFORE_HEAD).match(document, rest, MAX_PROLOG)

    if not final and (unfinished or document in (BOM[:1], BOM[:2])):
        return None

    # Before there is a head, our element would change where an unclosed comment hangs.
    if unfinished and not in_head and unfinished["comment"]:
        return LEFT_ALONE

    if doctype or html or head:
        return Place(tokens.end())

    if not strict and (charset or CONTENT_OF_A_DOCUMENT.match(document, rest)):
        return Place(tokens.end())

    return LEFT_ALONE


@lru_cache(maxsize=64)
def _find_at_once(beginning: bytes, strict: bool) -> Place | None:
    # Pages of one app begin alike; what these bytes decide, no later ones can change.
    return find(beginning, final=False, strict=strict)


class Injector:
    """Takes a body chunk by chunk and returns what to send instead; any split gives the same bytes.

    `injected` is None while the bytes held back could be either, then says whether this is a document and has
    the snippet. An empty snippet just tells documents from fragments. For `strict` see `find`.
    """

    __slots__ = ("_enough", "_held", "_looks", "_strict", "injected", "snippet")

    def __init__(self, snippet: bytes, *, strict: bool = False) -> None:
        self.injected: bool | None = None
        self.snippet = snippet
        self._strict = strict
        self._held = b""
        self._looks = 0
        self._enough = 0

    def feed(self, data: bytes, *, more: bool) -> bytes:
        """The next bytes of the body, and whether more will follow; answers b"" while undecided."""
        if self.injected is not None:
            return data

        if not self._held and len(data) >= BEGINNING:
            place = _find_at_once(data[:BEGINNING], self._strict)
            if place is not None:
                return self._decide(place, data)

        held = self._held + data if self._held else data
        final = not more or len(held) >= MAX_PROLOG
        place = find(held, final=final, strict=self._strict) if final or len(held) >= self._enough else None

        if place is None:
            self._hold(held)
            return b""

        return self._decide(place, held)

    def _decide(self, place: Place, held: bytes) -> bytes:
        self._held = b""
        self.injected = place.offset is not None

        if place.offset is None or not self.snippet:
            return held

        return b"".join((held[: place.offset], self.snippet, held[place.offset :]))

    def give_up(self) -> bytes:
        """Decide against the document; the bytes that were held back."""
        held, self._held = self._held, b""
        self.injected = False
        return held

    def _hold(self, held: bytes) -> None:
        self._held = held

        if len(held) >= self._enough:
            self._looks += 1
            self._enough = len(held) * 5 // 4 if self._looks >= PROMPT_LOOKS else 0
