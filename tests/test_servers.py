"""Real servers: connect, save, be told; stop at once with streams open; be restarted by somebody else in a row."""

from __future__ import annotations

import time
from contextlib import ExitStack
from typing import TYPE_CHECKING

import httpx
import pytest

from .pages import config_of, listening, visit
from .servers import COMMANDS, serving

if TYPE_CHECKING:
    from pathlib import Path

APP = """
from pathlib import Path

from asgi_reload import ReloadMiddleware
from starlette.applications import Starlette
from starlette.responses import HTMLResponse
from starlette.routing import Route

HERE = Path(__file__).parent


async def home(request):
    return HTMLResponse((HERE / "page.html").read_text())


app = ReloadMiddleware(Starlette(routes=[Route("/", home)]))
"""
STOPS_WITHIN = 1.0  # seconds; a server that waits for a stream takes 3 s (hypercorn) or for ever
ATTEMPTS = 3
RESTARTS = 20

pytestmark = pytest.mark.timeout(180)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "main.py").write_text(APP)
    (folder / "page.html").write_text("<!doctype html><title>one</title><p>one")
    (folder / "app.css").write_text("p { color: red }")
    return folder


@pytest.mark.parametrize("transport", ["sse", "ws"])
@pytest.mark.parametrize("server", COMMANDS)
def test_a_save_reaches_the_page(folder: Path, server: str, transport: str) -> None:
    with serving(folder, server) as served, listening(served.url, transport=transport) as page:
        page.next("hello")
        (folder / "app.css").write_text("p { color: green }")
        (css,) = page.next("update")["steps"]
        (folder / "page.html").write_text("<!doctype html><title>two</title><p>two")
        (patch,) = page.next("update")["steps"]

    assert css == {"type": "css", "paths": ["app.css"]}
    assert (patch["type"], patch["paths"]) == ("patch", ["page.html"])


@pytest.mark.parametrize("server", COMMANDS)
def test_a_server_with_ten_open_streams_stops_at_once(folder: Path, server: str) -> None:
    took = []

    for _ in range(ATTEMPTS):
        with ExitStack() as stack:
            served = stack.enter_context(serving(folder, server))
            pages = [stack.enter_context(listening(served.url, transport="sse")) for _ in range(5)]
            pages += [stack.enter_context(listening(served.url, transport="ws")) for _ in range(5)]
            for page in pages:
                page.next("hello")
            took.append(served.terminate())
            for page in pages:
                page.ends()
        if took[-1] <= STOPS_WITHIN:
            return

    pytest.fail(f"{server} took {took} s to stop; expected at most {STOPS_WITHIN} s once in {ATTEMPTS} times")


@pytest.mark.parametrize("server", ["uvicorn-httptools", "uvicorn-h11"])
def test_twenty_restarts_in_a_row_with_pages_open(folder: Path, server: str) -> None:
    boots: list[str] = []

    with serving(folder, server, extra=["--reload", "--reload-delay", "0.05"]) as served:
        for n in range(RESTARTS):
            with listening(served.url, transport="sse") as events, listening(served.url, transport="ws") as socket:
                boots.append(events.next("hello")["boot"])
                socket.next("hello")
                (folder / "main.py").write_text(f"{APP}\n# edit {n}\n")
                events.ends()
                socket.ends()
            _wait_for_another_boot(served.url, boots[-1])

    assert len(set(boots)) == RESTARTS


def _wait_for_another_boot(url: str, boot: str) -> None:
    deadline = time.monotonic() + 20

    while time.monotonic() < deadline:
        try:
            if config_of(visit(url).text)["boot"] != boot:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.02)

    raise AssertionError("no new server answered within 20 s")
