"""Ask the app for a page in-process, as a client's own navigation would, and wait for the whole document."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

import anyio

from .facts import TOKEN_HEADER
from .html.charset import declared
from .html.policy import fields_of, is_html
from .printable import printable

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Scope

logger = logging.getLogger("asgi_reload")

MAX_DOCUMENT: Final = 4 * 1024 * 1024
RENDER_DEADLINE_S: Final = 10.0

# What belongs to the stream's own request, or would make the answer anything but the whole document.
DROPPED: Final = frozenset(
    (b"accept", b"accept-encoding", b"cache-control", b"connection", b"content-length", b"content-type", b"range")
    + (b"datastar-request", b"if-match", b"if-modified-since", b"if-none-match", b"if-range", b"if-unmodified-since")
    + (b"last-event-id", b"origin", b"priority", b"transfer-encoding", TOKEN_HEADER, b"upgrade")
    + (b"sec-fetch-dest", b"sec-fetch-mode", b"sec-fetch-site", b"sec-fetch-user")
)
NAVIGATION: Final = (
    (b"accept", b"text/html,application/xhtml+xml,*/*;q=0.8"),
    (b"accept-encoding", b"identity"),
    (b"sec-fetch-dest", b"document"),
    (b"sec-fetch-mode", b"navigate"),
    (b"sec-fetch-site", b"same-origin"),
)


class _Answer:
    """What the app answers, up to the bound."""

    def __init__(self) -> None:
        self.status = 0
        self.headers: dict[bytes, bytes] = {}
        self.body = b""
        self.complete = anyio.Event()
        self._has_been_asked = False

    async def receive(self) -> Message:
        if not self._has_been_asked:
            self._has_been_asked = True
            return {"type": "http.request", "body": b"", "more_body": False}

        await self.complete.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = fields_of(message.get("headers", ()))
        elif message["type"] == "http.response.body":
            self._add(message)

    def _add(self, message: Message) -> None:
        self.body += message.get("body", b"")

        if len(self.body) > MAX_DOCUMENT:
            raise OSError(f"the document is larger than {MAX_DOCUMENT} bytes")

        if not message.get("more_body", False):
            self.complete.set()

    def document(self) -> str | None:
        is_page = 200 <= self.status < 500 and not 300 <= self.status < 400 and is_html(self.headers)

        if not is_page or not self.complete.is_set() or b"content-encoding" in self.headers:
            return None

        try:
            return self.body.decode(declared(self.headers[b"content-type"]) or "utf-8", "replace")
        except LookupError:
            return None


async def render(app: ASGIApp, page: Scope) -> str | None:
    """The document that a GET of this scope answers; None, with a line in the log, if it is no whole HTML document."""
    scope = {**page, "headers": _headers(page)}
    answer = _Answer()

    if "state" in scope:
        scope["state"] = dict(scope["state"])

    with anyio.move_on_after(RENDER_DEADLINE_S):
        try:
            await app(scope, answer.receive, answer.send)
        except Exception as error:
            logger.warning("%s could not be rendered anew: %s", _shown(page), printable(repr(error)))
            return None

    document = answer.document()

    if document is None:
        logger.warning("%s could not be rendered anew: it answers %s", _shown(page), answer.status or "nothing")

    return document


def _headers(page: Scope) -> list[tuple[bytes, bytes]]:
    return [*((name, value) for name, value in page["headers"] if name.lower() not in DROPPED), *NAVIGATION]


def _shown(page: Scope) -> str:
    return printable(page["path"])
