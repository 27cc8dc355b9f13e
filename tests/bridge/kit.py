"""A caller and an answerer in one process, over real socket pairs; and a client that speaks ASGI to the caller."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from asgi_reload.bridge.answerer import Answerer
from asgi_reload.bridge.caller import Caller

if TYPE_CHECKING:
    import socket
    from collections.abc import AsyncIterator, Mapping

    from asgi_reload.bridge.answer import ASGIApp
    from asgi_reload.bridge.frames import Message

DEADLINE = 10.0

HTTP: dict[str, Any] = {
    "type": "http",
    "asgi": {"version": "3.0", "spec_version": "2.3"},
    "http_version": "1.1",
    "method": "GET",
    "scheme": "http",
    "path": "/",
    "raw_path": b"/",
    "query_string": b"",
    "root_path": "",
    "headers": [(b"host", b"127.0.0.1")],
    "client": ("127.0.0.1", 50_000),
    "server": ("127.0.0.1", 8000),
}
WEBSOCKET: dict[str, Any] = {
    **{key: value for key, value in HTTP.items() if key != "method"},
    "type": "websocket",
    "asgi": {"version": "3.0", "spec_version": "2.4"},
    "scheme": "ws",
    "subprotocols": ["chat", "news"],
    "extensions": {"websocket.http.response": {}},
}
GONE: Message = {"type": "http.disconnect"}


@dataclass
class Bridge:
    """Both ends; `opened` counts the lines."""

    caller: Caller
    answerer: Answerer
    opened: list[int] = field(default_factory=list)


@asynccontextmanager
async def bridge(app: ASGIApp, state: Mapping[str, Any] | None = None, **extra: Any) -> AsyncIterator[Bridge]:
    answerer = Answerer(app, state, extra)
    opened: list[int] = []

    def hand_over(end: socket.socket) -> None:
        opened.append(end.fileno())
        answerer.take(end.dup())

    caller = Caller(hand_over)
    async with asyncio.timeout(DEADLINE):
        yield Bridge(caller, answerer, opened)
        caller.close()
        await answerer.close(1.0)
        assert answerer.in_flight == caller.in_flight == 0


class Client:
    """The server's side of one call: says what it is given, and keeps what it is sent.

    `patience`: messages that it takes; it blocks before the next one, until `patient` is set.
    """

    def __init__(self, *said: Message, patience: int | None = None) -> None:
        self.said: asyncio.Queue[Message] = asyncio.Queue()
        self.sent: list[Message] = []
        self.asked = 0
        self.patient = asyncio.Event()
        self._patience = patience
        self._news = asyncio.Event()

        for message in said:
            self.said.put_nowait(message)

    async def receive(self) -> Message:
        self.asked += 1
        self._news.set()
        return await self.said.get()

    async def send(self, message: Message) -> None:
        if self._patience is not None and len(self.sent) >= self._patience:
            await self.patient.wait()
        self.sent.append(message)
        self._news.set()

    async def until(self, count: int) -> None:
        """Wait until that many messages have been sent."""
        while len(self.sent) < count:
            self._news.clear()
            await self._news.wait()

    async def until_asked(self, count: int = 1) -> None:
        while self.asked < count:
            self._news.clear()
            await self._news.wait()

    @property
    def status(self) -> int:
        return int(self.sent[0]["status"])

    @property
    def body(self) -> bytes:
        return b"".join(message["body"] for message in self.sent if message["type"] == "http.response.body")


async def get(caller: Caller, scope: Mapping[str, Any] = HTTP, *said: Message) -> Client:
    """One call, from its beginning to its end."""
    client = Client(*(said or ({"type": "http.request", "body": b"", "more_body": False},)))
    await caller(dict(scope), client.receive, client.send)
    return client


def start(status: int = 200, *headers: tuple[bytes, bytes]) -> Message:
    return {"type": "http.response.start", "status": status, "headers": list(headers)}


def body(data: bytes = b"", more: bool = False) -> Message:
    return {"type": "http.response.body", "body": data, "more_body": more}


def request(data: bytes = b"", more: bool = False) -> Message:
    return {"type": "http.request", "body": data, "more_body": more}
