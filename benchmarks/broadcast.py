"""How long one update takes to reach 1,000 connected pages: from the moment it is decided to the byte at each client.

The server has one core, the clients share the other. The update carries the time of its decision as its reason; a
client does no more than note when its bytes came.
"""

from __future__ import annotations

import asyncio
import os
import re
import time
from typing import TYPE_CHECKING, cast
from urllib.parse import urlencode

from tests.pages import config_of, visit
from tests.servers import serving

from .harness import headline, median, percentile, pin, processor_time, project

if TYPE_CHECKING:
    from pathlib import Path

    from tests.servers import Server

CLIENTS = 1_000
BROADCASTS = 20
PAUSE_S = 0.4
DEADLINE_S = 20.0
DECIDED = re.compile(rb'"reason":\s*"(\d+\.\d+)"')

APP = """
import time
from asgi_reload import ReloadMiddleware
from asgi_reload.updates import Patch

async def page(scope, receive, send):
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/html")]})
    await send({"type": "http.response.body", "body": b"<!doctype html><title>page</title>"})

def stamp(batch, context):
    return Patch((), reason=str(time.time()))

app = ReloadMiddleware(page, strategies=[stamp], max_clients=1100)
"""


class Crowd:
    """All clients together: who is connected, and how late what came was, in ms."""

    def __init__(self) -> None:
        self.latencies: list[float] = []
        self._count = 0
        self._changed = asyncio.Event()

    def add(self, count: int) -> None:
        self._count += count
        self._changed.set()

    async def gather(self) -> None:
        """Wait until each client has had its turn."""
        async with asyncio.timeout(DEADLINE_S):
            while self._count < CLIENTS:
                self._changed.clear()
                await self._changed.wait()
        self._count -= CLIENTS


class Client(asyncio.Protocol):
    """One page's line: asks for it, and notes what comes."""

    def __init__(self, request: bytes, crowd: Crowd) -> None:
        self._request = request
        self._crowd = crowd

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        cast("asyncio.Transport", transport).write(self._request)

    def data_received(self, data: bytes) -> None:
        now = time.time()
        late = [(now - float(decided)) * 1000 for decided in DECIDED.findall(data)]
        self._crowd.latencies += late
        self._crowd.add(len(late) + data.count(b'"hello"'))


def requests_of(url: str) -> dict[str, bytes]:
    """What a page sends to open its line, by transport."""
    config = config_of(visit(url).text)
    query = urlencode({name: config[name] for name in ("boot", "seq", "page")})
    host = url.removeprefix("http://")
    socket = [
        f"GET {config['base']}/ws?{query} HTTP/1.1",
        f"Host: {host}",
        f"Origin: {url}",
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        f"Sec-WebSocket-Protocol: asgi-reload, token.{config['token']}",
    ]
    stream = [
        f"GET {config['base']}/events?{query} HTTP/1.1",
        f"Host: {host}",
        "Accept: text/event-stream",
        f"X-Asgi-Reload-Token: {config['token']}",
    ]
    return {"ws": _head(socket), "sse": _head(stream)}


def _head(lines: list[str]) -> bytes:
    return "\r\n".join([*lines, "", ""]).encode()


async def measure(server: Server, request: bytes, note: Path) -> tuple[list[float], float]:
    """How late each client was, in ms, and the server's processor time for one broadcast, in ms."""
    loop = asyncio.get_running_loop()
    crowd = Crowd()
    made = [
        await loop.create_connection(lambda: Client(request, crowd), "127.0.0.1", server.port) for _ in range(CLIENTS)
    ]
    await crowd.gather()
    before = processor_time(server.process.pid)

    for n in range(BROADCASTS):
        await asyncio.sleep(PAUSE_S)
        await asyncio.to_thread(note.write_text, str(n))
        await crowd.gather()

    spent = (processor_time(server.process.pid) - before) * 1000 / BROADCASTS
    for transport, _ in made:
        transport.close()

    return crowd.latencies, spent


def main() -> None:
    pin(os.getpid(), 1)
    print(headline(f"Broadcast to {CLIENTS:,} clients, {BROADCASTS} times, ms from decision to arrival"))

    for transport in ("ws", "sse"):
        with project({"main.py": APP, "note.txt": ""}) as folder, serving(folder) as server:
            pin(server.process.pid, 0)
            request = requests_of(server.url)[transport]
            latencies, spent = asyncio.run(measure(server, request, folder / "note.txt"))
            p50, p99 = median(latencies), percentile(latencies, 99)
            print(f"{transport:4} p50 {p50:6.1f}   p99 {p99:6.1f}   max {max(latencies):6.1f}   cpu {spent:5.1f}")


if __name__ == "__main__":
    main()
