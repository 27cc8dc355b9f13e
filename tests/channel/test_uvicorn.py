"""Our routes behind real uvicorn: what its parsers let through, what its log says, and readers that do not read."""

from __future__ import annotations

import socket
import time
from contextlib import closing
from typing import TYPE_CHECKING

import httpx
import pytest

from tests.servers import serving

from .test_leaks import APP, EVENTS, SOCKET, TOKEN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.servers import Server

FLOOD = """

from asgi_reload import updates
site.channel._patience = 0.5
report_counts = site.app


async def flood(scope, receive, send):
    if scope["path"] == "/flood":
        # Steps that fill the buffers of a socket nobody reads from: some 20 MB in all.
        for _ in range(20):
            site.channel.publish((updates.Failure("big", "x" * 1_000_000),))
            await asyncio.sleep(0.01)
    await report_counts(scope, receive, send)


site.app = flood
"""


@pytest.fixture(scope="module", params=["uvicorn-httptools", "uvicorn-h11"])
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("site")
    (folder / "main.py").write_text(APP.format(root=str(request.config.rootpath)) + FLOOD)
    with serving(folder, request.param) as served:
        yield served


def raw(server: Server, request: str) -> bytes:
    """What comes back for these bytes, until the server closes or says enough."""
    with closing(socket.create_connection(("127.0.0.1", server.port), timeout=10)) as line:
        line.sendall(request.encode("latin-1"))
        received = b""
        while chunk := line.recv(65536):
            received += chunk
            if b"\r\n\r\n" in received:
                break
        return received


@pytest.mark.parametrize(
    "hosts",
    [
        "",
        "Host: 127.0.0.1\r\nHost: evil.example\r\n",
        "Host: evil.example\r\nHost: 127.0.0.1\r\n",
        "Host: 127.0.0.1/?x=\r\n",
        "Host: 127.0.0.1:99999\r\n",
        "Host: me@127.0.0.1\r\n",
        "Host: evil.example\r\n",
        "Host:\r\n",
    ],
)
def test_no_parser_smuggles_a_host_past_the_gate(server: Server, hosts: str) -> None:
    answer = raw(server, EVENTS.replace("Host: 127.0.0.1\r\n", hosts))
    assert answer.split(b" ")[1] in (b"400", b"403")


@pytest.mark.parametrize("target", ["@evil", "http://evil.example/__reload__/status", "/__reload__/status#/../x"])
def test_no_strange_target_reaches_a_route_with_a_foreign_host(server: Server, target: str) -> None:
    answer = raw(server, f"GET {target} HTTP/1.1\r\nHost: evil.example\r\n\r\n")
    assert b'"channel"' not in answer


def test_the_access_log_has_no_token(server: Server) -> None:
    raw(server, EVENTS.replace("/events", f"/events?token={TOKEN}&seq=0"))
    raw(server, SOCKET.replace("/ws", f"/ws?token={TOKEN}"))

    deadline = time.monotonic() + 10
    while server.log().count("token=***") < 2 and time.monotonic() < deadline:
        time.sleep(0.05)

    assert server.log().count("token=***") == 2
    assert TOKEN not in server.log()


def test_a_reader_that_does_not_read_is_dropped_and_others_are_not(server: Server) -> None:
    with closing(socket.create_connection(("127.0.0.1", server.port), timeout=10)) as stuck:
        stuck.sendall(EVENTS.encode())
        stuck.recv(100)
        httpx.get(f"{server.url}/flood", timeout=30)
        deadline = time.monotonic() + 20
        while (counts := httpx.get(f"{server.url}/", timeout=10).json())["clients"] and time.monotonic() < deadline:
            time.sleep(0.1)

    assert counts["clients"] == 0
