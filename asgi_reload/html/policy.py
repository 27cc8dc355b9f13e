"""Is this response ours to touch, and what are its headers then? Pure: headers in, a verdict out.

Knows nothing of bodies (`injector`), of who may have the tag (the guard) and of what a CSP allows (`csp`).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from .charset import UTF_8_HTML, declared, is_ascii_compatible
from .purpose import Skip

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from .purpose import Header

VERDICT: Final = b"x-asgi-reload"
"""The response header that tells a developer what became of a response, and why."""

INJECTED: Final[Header] = (VERDICT, b"injected")
NO_STORE: Final[Header] = (b"cache-control", b"no-store")
NO_CACHE: Final[Header] = (b"cache-control", b"no-cache")


class Inject(NamedTuple):
    """Ours, if the body is a document.

    `headers` are those of the app, in order, less what the tag makes untrue; `coding` is what the body must be decoded
    from, `length` what the app said, `policies` its CSP headers. `caching` asks browsers to come back for the page each
    time, but lets them keep it for the way back: a page that is shown again compares boot id and seq.
    """

    headers: list[Header]
    content_type: bytes
    charset: str | None
    coding: str | None
    length: int | None
    policies: list[bytes]
    caching: Header


NOT_HTML: Final = Skip("content-type")
STATUS: Final = Skip("status")
ATTACHMENT: Final = Skip("attachment")
NO_PAGE: Final = (STATUS, ATTACHMENT)
"""Nothing that a browser would show."""
CONTENT_ENCODING: Final = Skip(
    "content-encoding",
    "it cannot be undone here, although it was asked for uncompressed; put ReloadMiddleware inside of what compresses,"
    " or switch that off in development",
)
CHARSET: Final = Skip("charset", "its encoding is no superset of ASCII; send it as UTF-8")
FRAGMENT: Final = Skip("fragment", "it is no whole document; one begins with <!doctype html> or <html>")
PATCH: Final = Skip("patch")
BYPASS: Final = Skip("bypass", "it did not come in pieces that could be looked at")

# Dropped: true of the app's bytes and not of ours, or replaced.
_UNTRUE: Final = frozenset(
    {
        b"accept-ranges",
        b"cache-control",
        b"content-digest",
        b"content-encoding",
        b"content-length",
        b"content-md5",
        b"digest",
        b"etag",
        b"expires",
        b"last-modified",
        b"repr-digest",
        b"signature",
        b"signature-input",
    }
)
_TELLING: Final = frozenset((b"content-disposition", b"content-encoding", b"content-security-policy"))
_UNFIT: Final = re.compile(r"[^ !#-\[\]-~]")
_CODINGS: Final = {b"gzip": "gzip", b"x-gzip": "gzip", b"deflate": "deflate"}
_ASSETS: Final = (b"text/css", b"text/javascript", b"application/javascript", b"image/", b"font/")


def skipped(reason: str) -> Header:
    """The verdict on a response that is left alone."""
    word = reason if reason.replace("-", "").isalnum() else f'"{_UNFIT.sub("?", reason)}"'
    return VERDICT, b"skipped; reason=%b" % word.encode("ascii", "replace")


def fields_of(headers: Iterable[Header]) -> dict[bytes, bytes]:
    """The last value of each header, by lower-case name."""
    return {name.lower(): value for name, value in headers}


def is_html(fields: Mapping[bytes, bytes]) -> bool:
    """Whether the media type is `text/html`, and nothing that only begins so."""
    content_type = fields.get(b"content-type", b"")

    if content_type == UTF_8_HTML:
        return True

    return content_type[:9].lower() == b"text/html" and content_type[9:].partition(b";")[0].strip() == b""


def needs_revalidation(fields: Mapping[bytes, bytes]) -> bool:
    """A stylesheet, script, image or font whose app leaves open how long it is fresh.

    Browsers guess then, and show the old one after a reload for as long.
    """
    is_asset = fields.get(b"content-type", b"").lower().startswith(_ASSETS)
    return is_asset and b"cache-control" not in fields and b"expires" not in fields


def without_verdict(headers: Iterable[Header]) -> list[Header]:
    """The headers less an earlier verdict, which another middleware further in has given."""
    return [field for field in headers if field[0].lower() != VERDICT]


def judge(status: int, headers: Sequence[Header], fields: Mapping[bytes, bytes]) -> Inject | Skip:
    """What to do with a `text/html` response to a request that has a purpose; `fields` are those of `headers`.

    Error pages are ours (a page must heal itself); what has no body, only part of one, or leads elsewhere is not.
    """
    if status < 200 or 300 <= status < 400 or status in (204, 205, 206):
        return STATUS

    content_type = fields[b"content-type"]
    charset = "utf-8" if content_type == UTF_8_HTML else declared(content_type)

    if charset not in (None, "utf-8") and not is_ascii_compatible(charset):
        return CHARSET

    codings: list[bytes] = []
    policies: list[bytes] = []

    if not _TELLING.isdisjoint(fields):
        if any(_is_attachment(value) for value in _values(headers, b"content-disposition")):
            return ATTACHMENT

        codings = _codings(_values(headers, b"content-encoding"))
        policies = _values(headers, b"content-security-policy")

        if len(codings) > 1 or any(coding not in _CODINGS for coding in codings):
            return CONTENT_ENCODING

    kept = [field for field in headers if field[0].lower() not in _UNTRUE]
    coding = _CODINGS[codings[0]] if codings else None
    caching = NO_STORE if b"no-store" in fields.get(b"cache-control", b"").lower() else NO_CACHE
    length = _length(headers, fields) if b"content-length" in fields else None
    return Inject(kept, content_type, charset, coding, length, policies, caching)


def _values(headers: Iterable[Header], wanted: bytes) -> list[bytes]:
    return [value for name, value in headers if name.lower() == wanted]


def _is_attachment(disposition: bytes) -> bool:
    """Whatever is not `inline` is to be saved (RFC 6266, section 4.2)."""
    return disposition.partition(b";")[0].strip().lower() not in (b"inline", b"")


def _codings(values: Iterable[bytes]) -> list[bytes]:
    named = (coding.strip().lower() for value in values for coding in value.split(b","))
    return [coding for coding in named if coding not in (b"", b"identity")]


def _length(headers: Sequence[Header], fields: Mapping[bytes, bytes]) -> int | None:
    length = fields.get(b"content-length", b"")
    is_said_once = len(headers) == len(fields) or len(_values(headers, b"content-length")) == 1
    return int(length) if is_said_once and length.isdigit() else None


def with_charset(headers: Iterable[Header], content_type: bytes, charset: str) -> list[Header]:
    """The headers with a `Content-Type` that says what only the document said."""
    said = b"%b; charset=%b" % (content_type.rstrip(b"; "), charset.encode("ascii"))
    return [(n, said) if n.lower() == b"content-type" else (n, v) for n, v in headers]
