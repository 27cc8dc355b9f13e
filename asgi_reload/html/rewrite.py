"""One page on its way out, as ASGI messages in and out; waits for nothing and knows nothing of requests.

The start is held back until the body shows what it is; then the tag goes in, and from there on each chunk goes out as
it comes, untouched.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from .charset import PRESCAN, sniff
from .decoding import Decoder
from .injector import BOM, MAX_PROLOG
from .policy import BYPASS, CONTENT_ENCODING, FRAGMENT, INJECTED, NO_STORE, PATCH, skipped, with_charset

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, MutableMapping

    from .injector import Injector
    from .policy import Inject
    from .purpose import Header, Skip
    from .sent import Document, Sent

    Message: TypeAlias = MutableMapping[str, Any]

SHORTCUTS: Final = frozenset({"http.response.pathsend", "http.response.zerocopysend"})
"""A file that is sent by these goes to the client around us."""

MAX_WAITING: Final = 16
"""Messages of other kinds (pushes, say) that wait behind a start that is held back."""

MAX_RAW: Final = 2 * MAX_PROLOG
"""Bytes of a compressed body that are held back before a page is given up that still does not show what it is."""

AS_WRITTEN: Final = skipped(PATCH.reason)


def untouched(start: Message, skip: Skip) -> Message:
    """The start of a response that is left alone, with the verdict that says why."""
    return {**start, "headers": [*start["headers"], skipped(skip.reason)]}


def body_message(body: bytes, more: bool) -> Message:
    return {"type": "http.response.body", "body": body, "more_body": more}


class Rewrite:
    """Takes the messages of one `text/html` response behind its `start`, and says what to send instead.

    An `injector` without a snippet leaves a document as it is, for a page that fetches itself anew. `document` is
    filled on the way and, if it is one, put into `sent` before its end goes out. `skip` says why it is none of ours,
    once that shows.
    """

    __slots__ = ("_document", "_inject", "_injector", "_sent", "_start", "_waiting", "is_through", "skip")

    def __init__(self, start: Message, inject: Inject, injector: Injector, document: Document, sent: Sent) -> None:
        self.is_through = False
        self.skip: Skip | None = None
        self._start: Message | None = start
        self._inject = inject
        self._injector = injector
        self._document = document
        self._sent = sent
        self._waiting: tuple[Message, ...] = ()

    def feed(self, message: Message) -> Iterable[Message]:
        """What to send for the next message of the app. Once `is_through`, that would be the message itself."""
        if message["type"] == "http.response.body":
            return self._body(message, message.get("body", b""), message.get("more_body", False))

        if self._start is None:
            return (message,)

        if message["type"] in SHORTCUTS or len(self._waiting) >= MAX_WAITING:
            return (*self._leave_alone(BYPASS, self._injector.give_up(), True), message)

        self._waiting = (*self._waiting, message)
        return ()

    def finish(self) -> Iterable[Message]:
        """What to send when the app has returned: if it never ended its answer, the server is to see just that."""
        return () if self._start is None else self._leave_alone(BYPASS, self._injector.give_up(), True)

    def _body(self, message: Message, data: bytes, more: bool) -> Iterable[Message]:
        """The next bytes of the document, and a message that has just them."""
        if type(data) is not bytes:
            data = bytes(data)

        self._document.add(data)

        if self._start is None:
            if not more:
                self._sent.put(self._document)

            return (message,)

        body = self._injector.feed(data, more=more)

        if self._injector.injected:
            return self._begin(self._start, body, more)

        return () if self._injector.injected is None else self._leave_alone(FRAGMENT, body, more)

    def _begin(self, start: Message, body: bytes, more: bool) -> Iterable[Message]:
        self._start = None
        headers = self._inject.headers if self._inject.charset else self._with_charset(body)
        headers += (self._inject.caching, INJECTED) if self._injector.snippet else (NO_STORE, AS_WRITTEN)

        if not more:
            headers.append((b"content-length", b"%d" % len(body)))
            self._sent.put(self._document)
        elif (length := self._inject.length) is not None:
            headers.append((b"content-length", b"%d" % (length + len(self._injector.snippet))))

        start["headers"] = headers
        return (start, *self._waiting, body_message(body, more))

    def _with_charset(self, body: bytes) -> list[Header]:
        """No header declares it, so the document itself does, or nothing."""
        snippet = self._injector.snippet
        found = sniff(body[: PRESCAN + len(snippet)].replace(snippet, b"", 1))
        self._document.charset = "utf-8" if body.startswith(BOM) else found or "utf-8"

        # The tag has moved the declaration to where browsers do not look for it.
        if found and sniff(body) != found:
            return with_charset(self._inject.headers, self._inject.content_type, self._document.charset)

        return self._inject.headers

    def _leave_alone(self, skip: Skip, body: bytes, more: bool) -> Iterable[Message]:
        start, self._start = self._start, None
        self.is_through = True
        self.skip = skip
        starts = () if start is None else (untouched(start, skip),)
        return (*starts, *self._waiting, *self._held(body, more))

    def _held(self, body: bytes, more: bool) -> Iterable[Message]:
        return (body_message(body, more),) if body or not more else ()


class DecodingRewrite(Rewrite):
    """A rewrite of a compressed page; what turns out to be none goes out as compressed as it came.

    `feed` raises `zlib.error` if a page, further on, is not what its `Content-Encoding` says.
    """

    __slots__ = ("_decoder", "_raw", "_raw_size")

    def __init__(self, start: Message, inject: Inject, injector: Injector, document: Document, sent: Sent) -> None:
        # What the app said is the length of the compressed body.
        super().__init__(start, inject._replace(length=None), injector, document, sent)
        self._decoder = Decoder(inject.coding or "gzip")
        self._raw: list[Message] = []
        self._raw_size = 0

    def _body(self, message: Message, data: bytes, more: bool) -> Iterator[Message]:
        if self._start is not None:
            self._raw.append(message)
            self._raw_size += len(data)

        try:
            yield from self._decoded(data, more)
        except zlib.error:
            if self._start is None:
                raise

            yield from self._leave_alone(CONTENT_ENCODING, b"", more)

        if self._start is None:
            self._raw.clear()
        elif self._raw_size > MAX_RAW:
            yield from self._leave_alone(BYPASS, b"", more)

    def _decoded(self, data: bytes, more: bool) -> Iterator[Message]:
        for piece in self._decoder.feed(data):
            yield from super()._body(body_message(piece, True), piece, True)
            if self.is_through:
                return

        if not more:
            yield from super()._body(body_message(b"", False), b"", False)

    def _held(self, body: bytes, more: bool) -> Iterable[Message]:
        return tuple(self._raw)


def without_shortcuts(extensions: Mapping[str, Any]) -> dict[str, Any]:
    """The extensions that a server offers, less those that would bypass us."""
    return {name: value for name, value in extensions.items() if name not in SHORTCUTS}
