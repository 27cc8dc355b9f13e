"""What a developer asks of us at his own machine: how things are, what is wrong, and a few things to do.

Handlers for routes. The guard has been passed when one of them is called; none touches a file that a request names.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import parse_qsl

import anyio

from .page_messages import MAX_ID, MAX_MESSAGE
from .replies import JSON, Reply

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import Receive, Scope, Send

BODY_DEADLINE_S = 5.0
ASKED = "asked for on the dashboard"
NO_WORKERS = "only the asgi-reload command has other workers"
NOT_CONNECTED = "that page is not connected"
NO_JSON = "expected application/json"


class Controls(Protocol):
    """What there is to ask for."""

    def status(self) -> dict[str, Any]: ...
    def problems(self) -> list[dict[str, Any]]:
        """What is wrong, in full."""

    def have_read(self) -> None:
        """Somebody has been told."""

    def restart(self) -> bool:
        """Have a new worker take over; False where there are none."""

    def reload(self, page: str | None, reason: str) -> bool:
        """Have a page load itself anew, or all; False if that page is not connected."""

    def pause(self) -> None: ...
    def resume(self) -> None: ...
    def ignored(self, path: str) -> dict[str, Any]:
        """Whether a path is watched, and by which rule it is not."""


class Desk:
    """Answers for those controls."""

    def __init__(self, controls: Controls) -> None:
        self._controls = controls

    async def status(self, scope: Scope, receive: Receive, send: Send) -> None:
        await Reply.json(self._controls.status()).send(scope, send)

    async def problems(self, scope: Scope, receive: Receive, send: Send) -> None:
        await Reply.json({"problems": self._controls.problems()}).send(scope, send)
        self._controls.have_read()

    async def restart(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._done(scope, send, lambda: None if self._controls.restart() else Reply.text(409, NO_WORKERS))

    async def pause(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._done(scope, send, self._controls.pause)

    async def resume(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._done(scope, send, self._controls.resume)

    async def _done(self, scope: Scope, send: Send, act: Callable[[], Reply | None]) -> None:
        """What needs no body: nobody reads one. What a form of another site could send is refused all the same."""
        is_form = _media_type(scope) not in ("", JSON)
        reply = Reply.text(415, NO_JSON) if is_form else act() or Reply(202)
        await reply.send(scope, send)

    async def reload(self, scope: Scope, receive: Receive, send: Send) -> None:
        """`{}` is all pages, `{"page": "…"}` one."""
        body = await posted(scope, receive)
        if not isinstance(body, Reply):
            page = _page_of(body)
            if len(body) > MAX_MESSAGE:
                body = Reply.text(413, "the body is too long")
            elif page == "":
                body = Reply.text(400, 'expected {} or {"page": "…"}')
            else:
                body = Reply(202) if self._controls.reload(page, ASKED) else Reply.text(404, NOT_CONNECTED)
        await body.send(scope, send)

    async def ignored(self, scope: Scope, receive: Receive, send: Send) -> None:
        fields = dict(parse_qsl(scope["query_string"].decode("latin-1"), errors="replace"))
        path = fields.get("path", "")
        reply = Reply.text(400, "which path?")
        if path and "\0" not in path:
            reply = Reply.json(self._controls.ignored(path))
        await reply.send(scope, send)


async def posted(scope: Scope, receive: Receive) -> bytes | Reply:
    """The body of a POST of JSON, ≤ `MAX_MESSAGE` and one byte more; or why it is not taken."""
    if _media_type(scope) != JSON:
        return Reply.text(415, NO_JSON)

    with anyio.move_on_after(BODY_DEADLINE_S) as deadline:
        body = await _body(receive)
    if deadline.cancelled_caught:
        return Reply.text(408, "the body did not come")
    return body


def _page_of(body: bytes) -> str | None:
    """The page that is named, None for all; empty for what is neither."""
    try:
        value = json.loads(body) if len(body) <= MAX_MESSAGE else None
    except (ValueError, RecursionError):
        return ""

    match value:
        case {"page": str(page), **rest} if not rest and 0 < len(page) <= MAX_ID:
            return page
        case dict() if not value:
            return None
        case _:
            return ""


def _media_type(scope: Scope) -> str:
    values = [value for name, value in scope["headers"] if name == b"content-type"]
    return values[0].decode("latin-1").partition(";")[0].strip().lower() if len(values) == 1 else ""


async def _body(receive: Receive) -> bytes:
    body, more = b"", True

    while more and len(body) <= MAX_MESSAGE:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)

    return body
