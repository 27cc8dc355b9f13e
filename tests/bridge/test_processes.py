"""A real uvicorn as front, and a worker in a child process: what clients see, and what it takes."""

from __future__ import annotations

import os
import signal
import socket
import time
from contextlib import contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING

import httpx
import psutil
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from ..servers import serving
from .processes import bridged

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ..servers import Server

DEADLINE = 10.0
FLAT = 24 * 1024 * 1024
MB = 1024 * 1024

APP = """
import asyncio
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse, StreamingResponse
from starlette.routing import Route, WebSocketRoute

async def page(request):
    return PlainTextResponse("page")

async def large(request):
    async def chunks():
        for _ in range(1024):
            yield b"x" * 1024 * 1024
    return StreamingResponse(chunks())

async def upload(request):
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
    return PlainTextResponse(str(size))

async def refuse(request):
    return PlainTextResponse("too large", 413)

async def hangs(request):
    await asyncio.sleep(3600)

async def half(request):
    async def chunks():
        yield b"half"
        await asyncio.sleep(3600)
    return StreamingResponse(chunks())

async def unread(request):
    await until_told.wait()
    return PlainTextResponse("never read", 413)

async def tell(request):
    until_told.set()
    return PlainTextResponse("told")

async def echo(websocket):
    if "denied" in websocket.query_params:
        await websocket.send_denial_response(PlainTextResponse("who are you?", 401))
        return
    await websocket.accept("chat", headers=[(b"x-from", b"app")])
    async for text in websocket.iter_text():
        if text == "close":
            await websocket.close(4001, "as you wish")
            return
        await websocket.send_text(text.upper())

until_told = asyncio.Event()
app = Starlette(routes=[
    Route("/", page), Route("/large", large), Route("/upload", upload, methods=["POST"]),
    Route("/refuse", refuse, methods=["POST"]), Route("/hangs", hangs), Route("/half", half),
    Route("/unread", unread, methods=["POST"]), Route("/tell", tell), WebSocketRoute("/ws", echo),
])
"""


@pytest.fixture(params=["asyncio", *(["uvloop"] if find_spec("uvloop") else [])])
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Server]:
    folder = tmp_path / "site"
    folder.mkdir()
    for name, text in bridged(APP).items():
        (folder / name).write_text(text)
    with serving(folder, env={"LOOP": request.param}, extra=["--loop", request.param]) as running:
        yield running


def worker(server: Server) -> psutil.Process:
    (child,) = psutil.Process(server.process.pid).children()
    return child


@contextmanager
def flat(server: Server) -> Iterator[None]:
    """Neither process takes more memory in the block than it had, but for buffers."""
    processes = [psutil.Process(server.process.pid), worker(server)]
    before = [process.memory_info().rss for process in processes]
    yield
    after = [process.memory_info().rss for process in processes]
    for name, a, b in zip(("front", "worker"), before, after, strict=True):
        assert b - a < FLAT, f"the {name} grew by {(b - a) / MB:.0f} MB"


def raw(server: Server, head: str) -> socket.socket:
    client = socket.create_connection(("127.0.0.1", server.port), timeout=DEADLINE)
    client.sendall(head.replace("\n", "\r\n").encode() + b"\r\n\r\n")
    return client


def test_a_page_and_its_head(server: Server) -> None:
    with httpx.Client(base_url=server.url) as client:
        for _ in range(3):
            assert client.get("/").text == "page"
            head = client.head("/")
            assert (head.status_code, head.content, head.headers["content-length"]) == (200, b"", "4")


def test_a_gigabyte_streams_with_flat_memory(server: Server) -> None:
    assert httpx.get(server.url).text == "page"

    with flat(server), httpx.stream("GET", f"{server.url}/large") as response:
        assert sum(len(chunk) for chunk in response.iter_raw()) == 1024 * MB


def test_a_reader_that_stops_makes_the_app_wait(server: Server) -> None:
    assert httpx.get(server.url).text == "page"

    with flat(server), raw(server, "GET /large HTTP/1.1\nHost: h") as client:
        assert client.recv(64)
        assert httpx.get(server.url).text == "page"
        wait_until_still(worker(server))


def test_an_upload_streams_with_flat_memory(server: Server) -> None:
    assert httpx.get(server.url).text == "page"
    chunks = (b"x" * MB for _ in range(200))

    with flat(server):
        assert httpx.post(f"{server.url}/upload", content=chunks, timeout=30).text == str(200 * MB)


def test_an_upload_that_nobody_reads_stays_with_the_client(server: Server) -> None:
    assert httpx.get(server.url).text == "page"

    with flat(server), raw(server, f"POST /unread HTTP/1.1\nHost: h\nContent-Length: {200 * MB}") as client:
        client.settimeout(0.5)
        sent = 0
        with pytest.raises(TimeoutError):
            while True:
                sent += client.send(b"x" * MB)
        assert sent < 50 * MB
        assert httpx.get(f"{server.url}/tell").text == "told"
        assert client.recv(64).startswith(b"HTTP/1.1 413")


def test_a_body_is_asked_for_only_when_the_app_reads_it(server: Server) -> None:
    expect = "HTTP/1.1\nHost: h\nContent-Length: 4\nExpect: 100-continue"

    with raw(server, f"POST /refuse {expect}") as client:
        assert client.recv(64).startswith(b"HTTP/1.1 413")

    with raw(server, f"POST /upload {expect}") as client:
        assert client.recv(64).startswith(b"HTTP/1.1 100 Continue")
        client.sendall(b"four")
        assert b"\r\n\r\n4" in read_until(client, b"\r\n\r\n4")


@pytest.mark.parametrize("path", ["/hangs", "/half"])
def test_a_worker_that_is_killed_ends_its_calls(server: Server, path: str) -> None:
    with raw(server, f"GET {path} HTTP/1.1\nHost: h\nConnection: close") as client:
        if path == "/half":
            read_until(client, b"half")
        else:
            assert httpx.get(server.url).text == "page"
        os.kill(worker(server).pid, signal.SIGKILL)
        started = time.monotonic()
        rest = read_until(client, None)
        assert time.monotonic() - started < 1
        assert rest == b"" if path == "/half" else rest.startswith(b"HTTP/1.1 500")

    assert "WorkerGone" in server.log()


def test_a_front_that_is_killed_takes_its_calls_along(server: Server) -> None:
    child = worker(server)

    with raw(server, "GET /half HTTP/1.1\nHost: h") as client:
        read_until(client, b"half")
        os.kill(server.process.pid, signal.SIGKILL)
        child.wait(DEADLINE)


def test_a_websocket_talks_and_closes(server: Server) -> None:
    url = server.url.replace("http", "ws") + "/ws"

    with connect(url, subprotocols=["chat"]) as websocket:  # type: ignore[list-item]
        assert websocket.subprotocol == "chat"
        assert websocket.response and websocket.response.headers["x-from"] == "app"
        websocket.send("hällo")
        assert websocket.recv(DEADLINE) == "HÄLLO"
        websocket.send("close")
        with pytest.raises(ConnectionClosed) as closed:
            websocket.recv(DEADLINE)
        assert closed.value.rcvd and (closed.value.rcvd.code, closed.value.rcvd.reason) == (4001, "as you wish")

    with pytest.raises(InvalidStatus) as denied:
        connect(f"{url}?denied=1")
    assert (denied.value.response.status_code, denied.value.response.body) == (401, b"who are you?")


def read_until(client: socket.socket, end: bytes | None) -> bytes:
    data = b""
    while (end is None or end not in data) and (more := client.recv(65536)):
        data += more
    return data


def wait_until_still(process: psutil.Process) -> None:
    """Until it takes no more processor time."""
    deadline = time.monotonic() + DEADLINE
    before = -1.0
    while time.monotonic() < deadline:
        now = process.cpu_times()
        if now.user + now.system == before:
            return
        before = now.user + now.system
        time.sleep(0.1)
    raise TimeoutError("it never stands still")
