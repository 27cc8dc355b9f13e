"""Our own answers as ASGI messages: the same careful headers on every one. Nothing of a request stands in them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from .close_codes import POLICY_VIOLATION

if TYPE_CHECKING:
    from starlette.types import Scope, Send

PLAIN: Final = "text/plain; charset=utf-8"
JSON: Final = "application/json"
SCRIPT: Final = "text/javascript; charset=utf-8"
SCHEMA: Final = "application/schema+json"
STYLE: Final = "text/css; charset=utf-8"
HTML: Final = "text/html; charset=utf-8"

NO_STORE: Final = (b"cache-control", b"no-store, no-transform")
IMMUTABLE: Final = (b"cache-control", b"public, max-age=31536000, immutable, no-transform")
"""RFC 8246: for what will never be anything else at its path."""
HEADERS: Final = (
    (b"x-content-type-options", b"nosniff"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"referrer-policy", b"no-referrer"),
)
# Not on scripts: a worker takes its policy from the script that it runs.
POLICY: Final = b"content-security-policy"
DOCUMENT_HEADERS: Final = ((POLICY, b"default-src 'none'; frame-ancestors 'none'"), (b"x-frame-options", b"DENY"))


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole answer: nothing in it is streamed."""

    status: int
    body: bytes = b""
    media_type: str = PLAIN
    headers: tuple[tuple[bytes, bytes], ...] = ()

    @classmethod
    def text(cls, status: int, text: str, *headers: tuple[bytes, bytes]) -> Reply:
        return cls(status, f"asgi-reload: {text}\n".encode(), PLAIN, headers)

    @classmethod
    def json(cls, value: Any) -> Reply:
        return cls(200, json.dumps(value).encode("ascii"), JSON)

    async def send(self, scope: Scope, send: Send) -> None:
        """Answer this request, without the body if it is a HEAD."""
        sized = () if self.status == 204 else ((b"content-length", str(len(self.body)).encode()),)
        await start(send, self.status, self.media_type, *sized, *self.headers)
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else self.body})


FORBIDDEN: Final = Reply.text(403, "forbidden")


async def start(send: Send, status: int, media_type: str, *headers: tuple[bytes, bytes]) -> None:
    """Begin an answer: its media type, the headers that all answers have, and these, which may say that it is kept.

    A policy among them stands in place of the one that all documents have: two would both hold.
    """
    typed = () if status == 204 else ((b"content-type", media_type.encode("ascii")),)
    caching = () if IMMUTABLE in headers else (NO_STORE,)
    own = {name for name, _ in headers}
    framed = () if media_type in (SCRIPT, STYLE) else tuple(pair for pair in DOCUMENT_HEADERS if pair[0] not in own)
    await send(
        {"type": "http.response.start", "status": status, "headers": [*typed, *caching, *HEADERS, *framed, *headers]}
    )


async def deny_socket(send: Send) -> None:
    """Turn a WebSocket away before it is accepted: the server answers the upgrade with 403."""
    await send({"type": "websocket.close", "code": POLICY_VIOLATION})
