"""What goes through the command in large, for long, in odd shapes. How a line carries it is shown in tests/bridge."""

from __future__ import annotations

import asyncio
import socket
from contextlib import contextmanager
from typing import TYPE_CHECKING

import httpx
import pytest
from websockets.asyncio.client import connect as connect_async
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from ..pages import DEADLINE, HTML
from ..sites import make
from .commanded import Commanded, commanded

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MB = 1024 * 1024
FLAT = 32 * MB
UPLOAD = 200 * MB
WEBSOCKETS = 200

BODIES = {
    "main.py": """
        from contextlib import asynccontextmanager

        from starlette.applications import Starlette
        from starlette.responses import HTMLResponse, PlainTextResponse, StreamingResponse
        from starlette.routing import Mount, Route, WebSocketRoute

        import words

        LEFT = []


        @asynccontextmanager
        async def lifespan(app):
            yield {"basket": [], "count": 0}


        async def page(request):
            return HTMLResponse("<!doctype html><title>page</title><p>page")


        async def large(request):
            async def parts():
                for _ in range(int(request.query_params["mb"])):
                    yield b"x" * 1024 * 1024

            return StreamingResponse(parts(), media_type=request.query_params["type"])


        async def upload(request):
            size = 0
            async for part in request.stream():
                size += len(part)
            return PlainTextResponse(str(size))


        async def refuse(request):
            return PlainTextResponse("too large", 413)


        async def fill(request):
            request.state.basket.append(1)
            request.state.count += 1
            return PlainTextResponse(f"{len(request.state.basket)} {request.state.count} {words.WORD}")


        async def left(request):
            return PlainTextResponse(" ".join(LEFT))


        async def events(scope, receive, send):
            headers = [(b"content-type", b"text/event-stream")]
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            await send({"type": "http.response.body", "body": b"data: here\\n\\n", "more_body": True})
            while (await receive())["type"] != "http.disconnect":
                pass
            LEFT.append(scope["query_string"].decode())


        async def trailers(scope, receive, send):
            offered = "http.response.trailers" in scope.get("extensions", {})
            asks = scope["query_string"] == b"asks"
            with_trailers = offered if asks else True
            await send({"type": "http.response.start", "status": 200, "headers": [], "trailers": with_trailers})
            await send({"type": "http.response.body", "body": b"body"})


        async def talk(websocket):
            await websocket.accept()
            async for text in websocket.iter_text():
                await websocket.send_text(f"{text} {words.WORD}")


        app = Starlette(
            routes=[
                Route("/", page),
                Route("/large", large),
                Route("/upload", upload, methods=["POST"]),
                Route("/refuse", refuse, methods=["POST"]),
                Route("/fill", fill),
                Route("/left", left),
                Mount("/events", events),
                Mount("/trailers", trailers),
                WebSocketRoute("/talk", talk),
            ],
            lifespan=lifespan,
        )
        """,
    "words.py": "WORD = 'one'\n",
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Commanded]:
    """Of tests that save nothing."""
    with commanded(make(tmp_path_factory.mktemp("bodies") / "site", BODIES), "--no-access-log") as site:
        site.page()
        site.client.post("/upload", content=b"x" * MB)  # buffers that are made once are there
        yield site


@contextmanager
def flat(site: Commanded) -> Iterator[None]:
    """In the block neither front nor worker takes more memory than it had, but for buffers."""
    processes = {"front": site.family()[0], "worker": site.worker}
    before = {name: process.memory_info().rss for name, process in processes.items()}
    yield
    for name, process in processes.items():
        grown = process.memory_info().rss - before[name]
        assert grown < FLAT, f"the {name} grew by {grown / MB:.0f} MB"


@contextmanager
def raw(site: Commanded, head: str) -> Iterator[socket.socket]:
    """A connection over which this was said."""
    with socket.create_connection(("127.0.0.1", site.server.port), timeout=DEADLINE) as client:
        client.sendall(head.replace("\n", "\r\n").encode() + b"\r\n\r\n")
        yield client


def heard(client: socket.socket, end: bytes) -> bytes:
    """All that is said until that."""
    data = b""
    while end not in data:
        more = client.recv(65536)
        assert more, data
        data += more
    return data


def address(site: Commanded) -> str:
    return site.url.replace("http", "ws") + "/talk"


@pytest.mark.parametrize(("kind", "mb"), [("application/octet-stream", 1024), ("text/html", 256)])
def test_a_large_answer_streams_with_flat_memory(site: Commanded, kind: str, mb: int) -> None:
    with flat(site), site.client.stream("GET", f"/large?mb={mb}&type={kind}", headers=HTML) as answer:
        size = sum(len(part) for part in answer.iter_raw())

    assert mb * MB <= size < (mb + 1) * MB


def test_a_large_upload_streams_with_flat_memory(site: Commanded) -> None:
    with flat(site):
        parts = (b"x" * MB for _ in range(UPLOAD // MB))
        assert site.client.post("/upload", content=parts).text == str(UPLOAD)


def test_a_large_upload_is_refused_before_it_is_sent(site: Commanded) -> None:
    with flat(site), raw(site, f"POST /refuse HTTP/1.1\nHost: h\nContent-Length: {UPLOAD}") as client:
        assert heard(client, b"too large").startswith(b"HTTP/1.1 413")


def test_a_client_that_asks_first_is_told_to_go_on_only_where_the_app_reads(site: Commanded) -> None:
    expect = "HTTP/1.1\nHost: h\nContent-Length: 4\nExpect: 100-continue"

    with raw(site, f"POST /refuse {expect}") as client:
        assert heard(client, b"too large").startswith(b"HTTP/1.1 413")

    with raw(site, f"POST /upload {expect}") as client:
        assert heard(client, b"\r\n\r\n").startswith(b"HTTP/1.1 100 Continue")
        client.sendall(b"four")
        assert b"HTTP/1.1 200" in heard(client, b"\r\n\r\n4")


def test_a_head_says_what_a_get_would_and_has_no_body(site: Commanded) -> None:
    head = site.client.head("/left")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == str(len(site.get("/left")))

    page = site.client.head("/", headers=HTML)
    assert (page.status_code, page.content) == (200, b"")
    assert page.headers["content-type"] == site.page().headers["content-type"]

    with raw(site, "HEAD / HTTP/1.1\nHost: h\n\nGET /left HTTP/1.1\nHost: h\nConnection: close") as client:
        assert heard(client, b"\r\n\r\nHTTP/1.1 200")  # the next answer begins where a body would


def test_trailers_are_not_offered_and_refused_with_a_word(site: Commanded) -> None:
    assert site.get("/trailers/?asks") == "body"

    answer = site.client.get("/trailers/")
    assert answer.status_code == 500
    assert answer.text.endswith("is not in scope['extensions']; ask there before using it\n")
    site.says("the extension 'http.response.trailers' is not in scope['extensions']; ask there before using it")


def test_an_app_hears_that_a_reader_of_its_events_has_left(site: Commanded) -> None:
    with httpx.stream("GET", f"{site.url}/events/?mary", timeout=DEADLINE) as answer:
        parts = answer.iter_text()  # which closes the connection when it is forgotten
        assert next(parts) == "data: here\n\n"
        assert site.get("/left") == ""

    site.answers("/left", "mary")


def test_two_hundred_websockets_talk_at_the_same_time(site: Commanded) -> None:
    async def one(number: int, all_open: asyncio.Barrier) -> str:
        async with connect_async(address(site)) as websocket:
            await all_open.wait()
            await websocket.send(str(number))
            said = str(await websocket.recv())
            await all_open.wait()
            return said

    async def many() -> list[str]:
        all_open = asyncio.Barrier(WEBSOCKETS)
        async with asyncio.timeout(DEADLINE):
            return await asyncio.gather(*[one(number, all_open) for number in range(WEBSOCKETS)])

    with flat(site):
        assert asyncio.run(many()) == [f"{number} one" for number in range(WEBSOCKETS)]


def test_a_websocket_lives_over_an_edit_in_place(tmp_path: Path) -> None:
    with commanded(make(tmp_path / "site", BODIES), "--hot") as site, connect(address(site)) as websocket:
        websocket.send("word")
        assert websocket.recv(DEADLINE) == "word one"

        site.edit("words.py", "one", "two")

        websocket.send("word")
        assert websocket.recv(DEADLINE) == "word two"


def test_a_websocket_is_told_to_come_again_when_its_worker_is_replaced(tmp_path: Path) -> None:
    with commanded(make(tmp_path / "site", BODIES), "--cold") as site:
        with connect(address(site)) as websocket:
            websocket.send("word")
            assert websocket.recv(DEADLINE) == "word one"
            site.replace("words.py", "one", "two")
            with pytest.raises(ConnectionClosed) as closed:
                websocket.recv(DEADLINE)
            assert closed.value.rcvd and closed.value.rcvd.code == 1012

        with connect(address(site)) as websocket:
            websocket.send("word")
            assert websocket.recv(DEADLINE) == "word two"


@pytest.mark.parametrize(("mode", "after"), [("--hot", "4 1 two"), ("--cold", "1 1 two")])
def test_what_a_lifespan_made_is_shared_by_the_requests_of_a_worker(tmp_path: Path, mode: str, after: str) -> None:
    """Each request has a copy of the mapping, and the same objects in it (ASGI specification, "Lifespan State")."""
    with commanded(make(tmp_path / "site", BODIES), mode) as site:
        assert [site.get("/fill") for _ in range(3)] == ["1 1 one", "2 1 one", "3 1 one"]

        site.edit("words.py", "one", "two")

        assert site.get("/fill") == after
