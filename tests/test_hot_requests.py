"""Requests around a save: which version answers whom, who waits, and how long what is open may live on."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from queue import Queue
from typing import TYPE_CHECKING

import httpx
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from .pages import DEADLINE, HTML
from .sites import Site, make, quickly_served

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from .programs.running import Zygote

FILES = {
    "main.py": """
        import asyncio
        from contextlib import asynccontextmanager

        from asgi_reload import ReloadMiddleware
        from starlette.applications import Starlette
        from starlette.responses import HTMLResponse, PlainTextResponse, StreamingResponse
        from starlette.routing import Route, WebSocketRoute

        import signs
        import texts

        VERSION = "one"


        async def home(request):
            return HTMLResponse("<!doctype html><p>" + texts.word())


        async def version(request):
            return PlainTextResponse(VERSION)


        async def slow(request):
            began = VERSION
            signs.begun.set()
            await signs.go_on.wait()
            return PlainTextResponse(f"{began} {VERSION} {request.app.state.version}")


        async def go_on(request):
            signs.go_on.set()
            return PlainTextResponse("gone on")


        async def begun(request):
            await signs.begun.wait()
            return PlainTextResponse("begun")


        async def ended(request):
            await signs.ended.wait()
            return PlainTextResponse("ended")


        async def stream(request):
            async def lines():
                while True:
                    yield VERSION + "\\n"
                    await asyncio.sleep(0.02)

            return StreamingResponse(lines())


        async def talk(socket):
            await socket.accept()
            async for _ in socket.iter_text():
                await socket.send_text(VERSION)


        @asynccontextmanager
        async def lifespan(app):
            await asyncio.sleep(signs.start_takes)
            yield
            signs.ended.set()


        routes = [Route("/" + f.__name__, f) for f in (version, slow, go_on, begun, ended, stream)]
        app = Starlette(routes=[Route("/", home), WebSocketRoute("/ws", talk), *routes], lifespan=lifespan)
        app.state.version = VERSION
        app = ReloadMiddleware(app)
        """,
    "signs.py": """
        import asyncio

        begun, go_on, ended = asyncio.Event(), asyncio.Event(), asyncio.Event()
        start_takes = 0.0
        """,
    "texts.py": """
        def word():
            return "word 0."
        """,
    "pyproject.toml": """
        [tool.asgi-reload]
        drain = 500
        """,
}
SAVES = 50


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make(tmp_path / "site", FILES)


@pytest.fixture
def site(zygote: Zygote, folder: Path) -> Iterator[Site]:
    with quickly_served(zygote, folder) as site:
        yield site


@contextmanager
def asking(site: Site, path: str, answers: Queue[str]) -> Iterator[None]:
    """Ask beside what the block does."""
    thread = threading.Thread(target=lambda: answers.put(httpx.get(site.url + path, timeout=DEADLINE).text))
    thread.start()
    yield
    thread.join(DEADLINE)


def test_a_request_in_flight_finishes_on_the_code_it_began_with(site: Site) -> None:
    answers: Queue[str] = Queue()
    with asking(site, "/slow", answers):
        assert site.get("/begun") == "begun"
        assert site.edit("main.py", 'VERSION = "one"', 'VERSION = "two"')["modules"] == ["main"]
        assert site.get("/version") == "two"
        site.get("/go_on")

    assert answers.get() == "one one one"


def test_a_page_asked_for_right_after_a_save_never_shows_the_old_text(site: Site) -> None:
    for number in range(1, SAVES + 1):
        site.write("texts.py", f'def word():\n    return "word {number}."\n')
        assert f"<p>word {number}." in site.page().text


def test_a_page_asked_for_right_after_a_save_that_executes_anew_never_shows_the_old_text(site: Site) -> None:
    for number in range(1, SAVES // 2 + 1):
        site.write("texts.py", f'print("again")\nWORD = "word {number}."\n\n\ndef word(text=WORD):\n    return text\n')
        assert f"<p>word {number}." in site.page().text


def test_pages_asked_for_while_saves_go_on_show_what_was_saved_before_they_were_asked_for(site: Site) -> None:
    saved = 0
    stop = threading.Event()
    stale: list[tuple[int, str]] = []

    def browse() -> None:
        with httpx.Client(base_url=site.url, timeout=DEADLINE, headers=HTML) as client:
            while not stop.is_set():
                asked = saved
                text = client.get("/").text.rpartition("<p>word ")[2].partition(".")[0]
                if not text.isdecimal() or int(text) < asked:
                    stale.append((asked, text))

    readers = [threading.Thread(target=browse) for _ in range(2)]
    for reader in readers:
        reader.start()
    for number in range(1, SAVES + 1):
        site.write("texts.py", f'def word():\n    return "word {number}."\n')
        saved = number
        time.sleep(0.02)
    stop.set()
    for reader in readers:
        reader.join(DEADLINE)

    assert not stale


def test_a_request_that_arrives_during_a_swap_waits_for_it(site: Site) -> None:
    site.edit("signs.py", "start_takes = 0.0", "start_takes = 0.5")
    before = site.newest()
    site.replace("main.py", 'VERSION = "one"', 'VERSION = "two"')
    asked = time.monotonic()

    assert site.page().text.endswith("word 0.")
    assert site.get("/version") == "two"
    assert time.monotonic() - asked >= 0.4
    assert site.next_after(before)["rung"] == "re-execute"


def test_connections_of_the_old_version_live_on_until_the_drain_time_has_passed(site: Site) -> None:
    with connect(f"ws{site.url.removeprefix('http')}/ws") as socket, site.client.stream("GET", "/stream") as stream:
        lines = stream.iter_lines()
        assert next(lines) == "one"
        with httpx.Client(base_url=site.url) as client:
            other = Site(site.folder, site.log_path, client)
            assert other.edit("main.py", 'VERSION = "one"', 'VERSION = "two"')["rung"] == "re-execute"
            swapped = time.monotonic()
            socket.send("?")
            assert socket.recv(DEADLINE) == "one"
            assert other.get("/version") == "two"

            with pytest.raises(ConnectionClosed) as closed:
                socket.recv(DEADLINE)
            assert closed.value.rcvd is not None
            assert closed.value.rcvd.code == 1012
            assert set(lines) == {"one"}, "the stream ends in order"
            assert 0.2 < time.monotonic() - swapped < DEADLINE / 2
            assert other.get("/ended") == "ended"


def test_the_old_lifespan_ends_when_the_last_connection_has_closed(folder: Path, zygote: Zygote) -> None:
    (folder / "pyproject.toml").unlink()
    with quickly_served(zygote, folder) as site:
        with connect(f"ws{site.url.removeprefix('http')}/ws") as socket:
            assert site.edit("main.py", 'VERSION = "one"', 'VERSION = "two"')["rung"] == "re-execute"
            socket.send("?")
            assert socket.recv(DEADLINE) == "one"
        assert site.get("/ended") == "ended"
