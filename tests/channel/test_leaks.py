"""Ten thousand pages that come and go, over real sockets: no task, no file descriptor, no client stays behind."""

from __future__ import annotations

import socket
import struct
import time
from typing import TYPE_CHECKING

import httpx
import pytest

from tests.servers import serving

if TYPE_CHECKING:
    from pathlib import Path

    from tests.servers import Server

APP = """
import asyncio, gc, os, sys
sys.path.insert(0, {root!r})
from starlette.responses import JSONResponse
from tests.channel.kit import Site


async def report(scope, receive, send):
    gc.collect()
    counts = {{"tasks": len(asyncio.all_tasks()), "fds": len(os.listdir("/proc/self/fd")), "clients": site.clients,
              "hosts": site.hosts, "pages": len(site.channel.pages), "rss": rss()}}
    await JSONResponse(counts)(scope, receive, send)


def rss():
    return int(open("/proc/self/statm").read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


site = Site(app=report, max_clients=1000)
app = site
"""
TOKEN = "this-is-the-page-token"
CONNECTS = 10_000
AT_ONCE = 50
RESET = struct.pack("ii", 1, 0)  # a close that sends RST
GROWTH = 8 * 1024 * 1024  # bytes

EVENTS = f"GET /__reload__/events HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Asgi-Reload-Token: {TOKEN}\r\n\r\n"
SOCKET = (
    "GET /__reload__/ws HTTP/1.1\r\nHost: 127.0.0.1\r\nOrigin: http://127.0.0.1\r\nConnection: Upgrade\r\n"
    "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
    f"Sec-WebSocket-Protocol: asgi-reload, token.{TOKEN}\r\n\r\n"
)

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]


@pytest.fixture
def folder(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "main.py").write_text(APP.format(root=str(request.config.rootpath)))
    return folder


def report(server: Server) -> dict[str, int]:
    counts: dict[str, int] = httpx.get(f"{server.url}/", timeout=10).json()
    return counts


def settled(server: Server) -> dict[str, int]:
    """What is left once the server has noticed that everybody went."""
    deadline = time.monotonic() + 20
    counts = report(server)

    while counts["clients"] and time.monotonic() < deadline:
        time.sleep(0.1)
        counts = report(server)

    return counts


def come_and_go(port: int, number: int) -> None:
    """A batch of connections: some wait for the first word, some leave before it, half of all without a goodbye."""
    lines = []

    for position in range(number, number + AT_ONCE):
        line = socket.create_connection(("127.0.0.1", port), timeout=10)
        line.sendall((SOCKET if position % 3 == 0 else EVENTS).encode())
        lines.append(line)

    for position, line in enumerate(lines):
        if position % 5:
            while b"hello" not in line.recv(4096):
                pass
        if position % 2:
            line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        line.close()


@pytest.mark.parametrize("server", ["uvicorn-httptools", "uvicorn-h11"])
def test_ten_thousand_connects_and_aborts_leave_nothing_behind(folder: Path, server: str) -> None:
    connects = CONNECTS if server == "uvicorn-httptools" else CONNECTS // 10

    with serving(folder, server, extra=["--log-level", "warning"]) as served:
        come_and_go(served.port, 0)
        before = settled(served)
        for number in range(0, connects, AT_ONCE):
            come_and_go(served.port, number)
        after = settled(served)

    assert (after["clients"], after["hosts"], after["pages"]) == (0, 0, 0)
    assert after["tasks"] <= before["tasks"] + 1
    assert after["fds"] <= before["fds"] + 1
    assert after["rss"] - before["rss"] < GROWTH
    assert "Traceback" not in served.log()
