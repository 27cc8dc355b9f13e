"""Our own routes below the prefix: one table, and the guard in front of all of it.

A path is looked up in the table and never joined to anything. Files are read once, from the package, by fixed names.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final, Protocol

from .access import Access
from .close_codes import TOO_LARGE
from .complaints import Complaints
from .datastar import Datastar
from .desk import posted
from .errors import MessageError
from .facts import MAX_QUERY, masked
from .page_messages import parse_posted
from .replies import FORBIDDEN, IMMUTABLE, SCHEMA, SCRIPT, STYLE, Reply, deny_socket
from .streams import Streams

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping
    from contextlib import AbstractAsyncContextManager

    from starlette.types import ASGIApp, Receive, Scope, Send

    from .access import Decision, Refusal
    from .channel import Channel
    from .desk import Desk
    from .guard import Guard
    from .scripts import Scripts
    from .settings import Settings

    Handler = Callable[[Scope, Receive, Send], Awaitable[None]]

MEDIA_TYPES: Final = {".js": SCRIPT, ".css": STYLE, ".json": SCHEMA}
SENT: Final = re.compile(r"sent/[A-Za-z0-9_-]{1,64}", re.ASCII)
CHARSET: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:-]{0,39}", re.ASCII)

READ: Final = ("GET", "HEAD")
WRITE: Final = ("POST",)
SOCKET: Final = ("WEBSOCKET",)


class Document(Protocol):
    """An HTML document as the app sent it."""

    @property
    def body(self) -> bytes: ...
    @property
    def charset(self) -> str: ...


class Documents(Protocol):
    """Documents by the id of their page; None for one that was never kept, or no longer is."""

    def get(self, page_id: str, /) -> Document | None: ...


@dataclass(frozen=True, slots=True)
class Route:
    """What a route asks of a request, by which methods it is reached, and who answers."""

    access: Access
    methods: tuple[str, ...]
    handler: Handler
    says_stale: bool = False


class Endpoints:
    """An ASGI app for the scopes that it `owns`."""

    def __init__(
        self,
        *,
        settings: Settings,
        guard: Guard,
        channel: Channel,
        scripts: Scripts,
        sent: Documents,
        desk: Desk,
        dashboard: Handler,
        hosted: Callable[[], AbstractAsyncContextManager[object]],
        app: ASGIApp,
    ) -> None:
        self._prefix = f"{settings.prefix}/"
        self._bare = settings.prefix
        self._guard = guard
        self._channel = channel
        self._sent = sent
        self._complaints = Complaints()
        self._scripts = scripts
        self._streams = Streams(channel, hosted, guard.limited_peer, self._complaints)
        datastar = Datastar(app, channel, self._streams, hosted)
        self.routes: Mapping[str, Route] = {
            **{name: Route(Access.ASSET, READ, self._script) for name in self._scripts.files},
            "events": Route(Access.PAGE, READ, self._streams.events, says_stale=True),
            "ws": Route(Access.PAGE, SOCKET, self._streams.socket, says_stale=True),
            "datastar": Route(Access.PAGE, READ, datastar, says_stale=True),
            "sent": Route(Access.PAGE, READ, self._document),
            "messages": Route(Access.PAGE, WRITE, self._messages),
            "": Route(Access.LOCAL, READ, dashboard),
            "status": Route(Access.LOCAL, READ, desk.status),
            "problems": Route(Access.SECRET, READ, desk.problems),
            "ignored": Route(Access.SECRET, READ, desk.ignored),
            "reload": Route(Access.ACT, WRITE, desk.reload),
            "restart": Route(Access.ACT, WRITE, desk.restart),
            "pause": Route(Access.ACT, WRITE, desk.pause),
            "resume": Route(Access.ACT, WRITE, desk.resume),
        }

    def owns(self, scope: Scope) -> bool:
        """Is this http or websocket scope for one of our routes, of whatever method? Anything else is the app's."""
        path: str = scope["path"]
        return (self._prefix in path or path.endswith(self._bare)) and self._route(scope) is not None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        route = self._route(scope)

        if route is None:
            await _answer(Reply.text(404, "not found"), scope, send)
            return

        decision = self._guard.decide(scope, route.access)
        scope["query_string"] = masked(scope.get("query_string") or b"")

        if decision.refusal is not None:
            await self._refuse(decision, decision.refusal, route, scope, receive, send)
        elif len(scope["query_string"]) > MAX_QUERY:
            await _answer(Reply.text(414, "the query is too long"), scope, send)
        elif (method := scope.get("method", "WEBSOCKET")) in route.methods:
            await route.handler(scope, receive, send)
        else:
            await _answer(_wrong_method(method, route), scope, send)

    def _route(self, scope: Scope) -> Route | None:
        name = self._name(scope)

        if name is None or name == "sent":
            return None

        return self.routes["sent"] if SENT.fullmatch(name) else self.routes.get(name)

    def _name(self, scope: Scope) -> str | None:
        """The path below the prefix, None if it is not below. A server may or may not leave its root path in front."""
        path: str = scope["path"]
        root = scope.get("root_path", "").rstrip("/")
        below, found, rest = path.partition(self._prefix)
        if found:
            return rest if below in ("", root) else None

        return "" if path in (self._bare, root + self._bare) else None

    async def _refuse(
        self, decision: Decision, refusal: Refusal, route: Route, scope: Scope, receive: Receive, send: Send
    ) -> None:
        if decision.is_stale and route.says_stale and scope.get("method", "GET") == "GET":
            await self._streams.stale(scope, receive, send)
            return

        if not decision.is_stale:
            name = self._name(scope) or "the dashboard"
            self._complaints(f"a request for {name} was refused: {refusal.advice or refusal.reason}")

        reply = Reply.text(refusal.status, refusal.advice or refusal.reason) if refusal.is_public else FORBIDDEN
        await _answer(reply, scope, send)

    async def _script(self, scope: Scope, receive: Receive, send: Send) -> None:
        name = self._name(scope) or ""
        kept = () if "/" not in name else (IMMUTABLE,)
        media_type = MEDIA_TYPES[PurePosixPath(name).suffix]
        await Reply(200, self._scripts.files[name], media_type, kept).send(scope, send)

    async def _document(self, scope: Scope, receive: Receive, send: Send) -> None:
        document = self._sent.get((self._name(scope) or "").removeprefix("sent/"))

        if document is None:
            await Reply.text(404, "this document is no longer kept").send(scope, send)
            return

        # Plain text, so that nothing in it runs if somebody opens it.
        charset = document.charset if CHARSET.fullmatch(document.charset) else "utf-8"
        await Reply(200, document.body, f"text/plain; charset={charset}").send(scope, send)

    async def _messages(self, scope: Scope, receive: Receive, send: Send) -> None:
        await (await self._heard(scope, receive)).send(scope, send)

    async def _heard(self, scope: Scope, receive: Receive) -> Reply:
        body = await posted(scope, receive)
        if isinstance(body, Reply):
            return body

        try:
            client, message = parse_posted(body)
        except MessageError as error:
            self._complaints(f"a page's message was dropped: {error}")
            return Reply.text(413 if error.code == TOO_LARGE else 400, "no message of a page")

        self._channel.hear(message, client)
        return Reply(204)


async def _answer(reply: Reply, scope: Scope, send: Send) -> None:
    if scope["type"] == "websocket":
        await deny_socket(send)
    else:
        await reply.send(scope, send)


def _wrong_method(method: str, route: Route) -> Reply:
    if method == "OPTIONS":
        return FORBIDDEN

    if route.methods == SOCKET:
        return Reply.text(426, "a WebSocket")

    return Reply.text(405, "method not allowed", (b"allow", ", ".join(route.methods).encode("ascii")))
