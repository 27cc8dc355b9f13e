"""Many pages without a browser: each has a line of its own, says where it is, and acknowledges every update."""

from __future__ import annotations

import asyncio
import json
import threading
from contextlib import AsyncExitStack, contextmanager, suppress
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Origin, Subprotocol

from .pages import DEADLINE, config_of, visit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from websockets.asyncio.client import ClientConnection

OPENING = 20
"""Lines that are opened at a time."""


@contextmanager
def crowd(url: str, count: int) -> Iterator[None]:
    """So many pages at `/page/0`, `/page/1`, …, all connected; they leave when the block ends."""
    pages = _Crowd(url, count)
    thread = threading.Thread(target=asyncio.run, args=(pages.run(),), daemon=True)
    thread.start()
    try:
        assert pages.is_there.wait(DEADLINE), "the pages did not connect"
        yield
    finally:
        pages.leave()
        thread.join(DEADLINE)


class _Crowd:
    def __init__(self, url: str, count: int) -> None:
        self._url = url
        self._count = count
        self._config = config_of(visit(url).text)
        self._ended = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self.is_there = threading.Event()

    def leave(self) -> None:
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._ended.set)

    async def run(self) -> None:
        self._loop = asyncio.get_running_loop()
        opening = asyncio.Semaphore(OPENING)
        async with AsyncExitStack() as lines:
            opened = [self._open(number, lines, opening) for number in range(self._count)]
            sockets = await asyncio.gather(*opened)
            answering = [asyncio.create_task(_answer(n, socket)) for n, socket in enumerate(sockets)]
            self.is_there.set()
            await self._ended.wait()
            for task in answering:
                task.cancel()
            await asyncio.gather(*answering, return_exceptions=True)

    async def _open(self, number: int, lines: AsyncExitStack, opening: asyncio.Semaphore) -> ClientConnection:
        config = self._config
        query = urlencode({"boot": config["boot"], "seq": config["seq"], "page": f"crowd-{number}"})
        address = f"ws{self._url.removeprefix('http')}{config['base']}/ws?{query}"
        protocols = [Subprotocol("asgi-reload"), Subprotocol(f"token.{config['token']}")]
        async with opening:
            line = connect(address, subprotocols=protocols, origin=Origin(self._url), close_timeout=1)
            socket = await lines.enter_async_context(line)
            seen = {"type": "page", "page": f"crowd-{number}", "url": f"{self._url}/page/{number}", "visible": True}
            await socket.send(json.dumps(seen))
        return socket


async def _answer(number: int, socket: ClientConnection) -> None:
    with suppress(ConnectionClosed):
        async for text in socket:
            message = json.loads(text)
            match message["type"]:
                case "ping":
                    await socket.send(json.dumps({"type": "pong", "seq": message["seq"]}))
                case "update":
                    await socket.send(json.dumps(_ack(number, message["seq"])))


def _ack(number: int, seq: int) -> dict[str, object]:
    return {
        "type": "ack",
        "page": f"crowd-{number}",
        "seq": seq,
        "outcome": "applied",
        "ms": 3.5 + number / 100,
        "detail": f"page {number} has it",
    }
