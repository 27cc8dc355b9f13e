"""An app with our routes in front, called in-process as a server would; what it answers, whole or as it comes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

import anyio
from starlette.responses import HTMLResponse

from asgi_reload.channel import Channel
from asgi_reload.dashboard import Dashboard
from asgi_reload.desk import Desk
from asgi_reload.endpoints import Endpoints
from asgi_reload.guard import Guard
from asgi_reload.scripts import read_scripts
from asgi_reload.settings import Settings
from asgi_reload.timeline import Timeline

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable

    from anyio.abc import ObjectReceiveStream, ObjectSendStream
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

TOKEN = "this-is-the-page-token"
OLD_TOKEN = "a-token-of-former-life"
HOST = "127.0.0.1:8000"
ORIGIN = f"http://{HOST}"
PAGE = "<!doctype html><title>page</title><p>the app's own"
DEADLINE = 5.0

Headers: TypeAlias = "Mapping[str, str] | Iterable[tuple[str, str]]"


async def page(scope: Scope, receive: Receive, send: Send) -> None:
    await HTMLResponse(PAGE)(scope, receive, send)


@dataclass(frozen=True)
class Document:
    """A document as the app sent it."""

    body: bytes
    charset: str


SCRIPTS = read_scripts()


class Site:
    """One wrapped app: routes of ours in front of it, with the parts that a test wants to reach."""

    def __init__(
        self,
        app: ASGIApp = page,
        *,
        max_clients: int = 128,
        heartbeat: float = 10,
        patience: float = 15,
        **settings: Any,
    ) -> None:
        self.settings = Settings(**settings)
        self.app = app
        self.guard = Guard(self.settings, TOKEN)
        self.timeline = Timeline()
        self.channel = Channel(
            boot="boot-1",
            max_clients=max_clients,
            on_ack=self.timeline.acknowledge,
            heartbeat=heartbeat,
            patience=patience,
        )
        self.sent: dict[str, Document] = {}
        self.hosts = 0
        self.restarts = 0
        self.asked: list[str] = []
        self.has_workers = True
        self.endpoints = Endpoints(
            settings=self.settings,
            guard=self.guard,
            channel=self.channel,
            scripts=SCRIPTS,
            sent=self.sent,
            desk=Desk(self),
            dashboard=Dashboard(self.settings.prefix, SCRIPTS.folder, TOKEN, self.channel.boot),
            hosted=self.hosted,
            app=app,
        )

    def status(self) -> dict[str, Any]:
        return {"channel": self.channel.statistics(), "timeline": self.timeline.snapshot()}

    def problems(self) -> list[dict[str, Any]]:
        return [{"title": "secret"}]

    def have_read(self) -> None:
        self.asked.append("read")

    def reload(self, page: str | None, reason: str) -> bool:
        self.asked.append(f"reload {page}")
        return page != "nobody"

    def pause(self) -> None:
        self.asked.append("pause")

    def resume(self) -> None:
        self.asked.append("resume")

    def ignored(self, path: str) -> dict[str, Any]:
        return {"path": path, "watched": False, "rule": "*.log"}

    def restart(self) -> bool:
        self.restarts += 1
        return self.has_workers

    @asynccontextmanager
    async def hosted(self) -> AsyncIterator[None]:
        self.hosts += 1
        try:
            yield
        finally:
            self.hosts -= 1

    def keep(self, page_id: str, html: bytes, charset: str = "utf-8") -> None:
        self.sent[page_id] = Document(html, charset)

    @property
    def clients(self) -> int:
        return sum(self.channel.statistics()["clients"].values())

    async def channel_is_empty(self) -> None:
        """Wait until nobody is connected."""
        with anyio.fail_after(DEADLINE):
            while self.clients:  # noqa: ASYNC110 - nothing tells; a reader of `status` has to look, too
                await anyio.sleep(0.005)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await (self.endpoints if self.endpoints.owns(scope) else self.app)(scope, receive, send)


def http(
    path: str,
    headers: Headers = (),
    *,
    method: str = "GET",
    query: str = "",
    host: str | None = HOST,
    peer: str | None = "127.0.0.1",
    **more: Any,
) -> Scope:
    """The scope of a request from this machine; a path without a slash in front is one of our routes."""
    pairs = _pairs(headers)
    hosts = [] if host is None else [("host", host)]
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path if path.startswith("/") else f"/__reload__/{path}",
        "root_path": "",
        "query_string": query.encode(),
        "headers": [(name.lower().encode(), value.encode("latin-1")) for name, value in [*hosts, *pairs]],
        "client": None if peer is None else (peer, 50_000),
        "server": ("127.0.0.1", 8000),
        **more,
    }


def websocket(path: str = "ws", headers: Headers = (), *, token: str | None = TOKEN, **more: Any) -> Scope:
    """The scope of an upgrade as our own client asks for it; other headers than its own replace them."""
    given = dict(_pairs(headers))
    protocols = ["asgi-reload"] if token is None else ["asgi-reload", f"token.{token}"]
    own = {"origin": ORIGIN, "sec-websocket-protocol": ", ".join(protocols)}
    scope = http(path, {**own, **given}, **more)
    del scope["method"]
    return {**scope, "type": "websocket", "scheme": "ws", "subprotocols": protocols}


def _pairs(headers: Headers) -> list[tuple[str, str]]:
    return list(headers.items()) if isinstance(headers, Mapping) else list(headers)


def with_token(headers: Mapping[str, str] | None = None) -> dict[str, str]:
    return {"x-asgi-reload-token": TOKEN, **(headers or {})}


def posted(message: Mapping[str, Any], client: str = "nobody") -> bytes:
    return json.dumps({"client": client, "message": message}).encode()


@dataclass
class Answer:
    """What came back: a status, headers and body, or for a WebSocket the messages."""

    messages: list[Message] = field(default_factory=list)

    @property
    def status(self) -> int:
        if self.messages[0]["type"] == "websocket.close":
            return 403

        return int(self.messages[0]["status"])

    @property
    def headers(self) -> dict[str, str]:
        return {name.decode(): value.decode() for name, value in self.messages[0].get("headers", ())}

    @property
    def body(self) -> bytes:
        return b"".join(message.get("body", b"") for message in self.messages)

    @property
    def json(self) -> Any:
        return json.loads(self.body)


async def ask(app: ASGIApp, scope: Scope, body: bytes = b"") -> Answer:
    """Call the app once and wait until it has answered and returned."""
    answer = Answer()
    opening: Message = {"type": "websocket.connect"}
    if scope["type"] == "http":
        opening = {"type": "http.request", "body": body, "more_body": False}
    waiting = [opening]

    async def receive() -> Message:
        if waiting:
            return waiting.pop()
        await anyio.sleep_forever()
        raise AssertionError

    async def send(message: Message) -> None:
        answer.messages.append(message)

    with anyio.fail_after(DEADLINE):
        await app(scope, receive, send)

    return answer


class Line:
    """The browser's end of a stream or socket. Nothing is read ahead: the server's send waits for the test."""

    def __init__(self, sent: ObjectReceiveStream[Message], received: ObjectSendStream[Message], scope: Scope) -> None:
        self._sent = sent
        self._received = received
        self._is_socket = scope["type"] == "websocket"
        self._buffer = b""
        self._is_over = False
        self.start: Message = {}
        self.closed_with: int | None = None

    async def open(self) -> None:
        """Wait for the server's first word."""
        with anyio.fail_after(DEADLINE):
            self.start = await self._sent.receive()

    async def next(self, *types: str) -> dict[str, Any]:
        """The next message, of one of these types if any is named."""
        with anyio.fail_after(DEADLINE):
            while True:
                message = await self._message()
                if not types or message["type"] in types:
                    return message

    async def ends(self) -> list[dict[str, Any]]:
        """All messages until the server ends the line."""
        messages = []
        with anyio.fail_after(DEADLINE):
            while True:
                try:
                    messages.append(await self._message())
                except anyio.EndOfStream:
                    return messages

    async def say(self, text: str | bytes) -> None:
        kind = "text" if isinstance(text, str) else "bytes"
        await self._received.send({"type": "websocket.receive", kind: text})

    async def say_json(self, value: Any) -> None:
        await self.say(json.dumps(value))

    async def leave(self) -> None:
        gone = {"type": "websocket.disconnect", "code": 1001} if self._is_socket else {"type": "http.disconnect"}
        await self._received.send(gone)

    async def chunk(self) -> bytes:
        """The next piece of an event stream, as sent."""
        if self._is_over:
            raise anyio.EndOfStream
        with anyio.fail_after(DEADLINE):
            message = await self._sent.receive()
        self._is_over = not message.get("more_body", False)
        return bytes(message.get("body", b""))

    async def _message(self) -> dict[str, Any]:
        if self._is_socket:
            message = await self._sent.receive()
            if message["type"] == "websocket.close":
                self.closed_with = message["code"]
                raise anyio.EndOfStream
            return dict(json.loads(message["text"]))

        while b"\n\n" not in self._buffer:
            self._buffer += await self.chunk()

        event, _, self._buffer = self._buffer.partition(b"\n\n")
        data = [line[6:] for line in event.split(b"\n") if line.startswith(b"data: ")]
        return dict(json.loads(data[0])) if data else await self._message()


@asynccontextmanager
async def connected(app: ASGIApp, scope: Scope) -> AsyncIterator[Line]:
    """A line that is open; the client goes, and the app has to return, when the block ends."""
    to_client, sent = anyio.create_memory_object_stream[Any](0)
    received, to_server = anyio.create_memory_object_stream[Any](100)
    opening = {"type": "websocket.connect"} if scope["type"] == "websocket" else {"type": "http.request", "body": b""}
    received.send_nowait(opening)
    line = Line(sent, received, scope)

    async def serve() -> None:
        async with to_client:
            await app(scope, to_server.receive, to_client.send)

    async with sent, received, to_server, anyio.create_task_group() as group:
        group.start_soon(serve)
        await line.open()
        yield line
        await line.leave()
        with anyio.fail_after(DEADLINE):
            async for _ in sent:
                pass


def events(*, query: str = "", **more: Any) -> Scope:
    return http("events", with_token(), query=query, **more)
