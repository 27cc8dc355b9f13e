"""What `bun --hot` does: a save goes live, its routes too, and what lives in the process stays; `r` ends that."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import httpx
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from ..cli.terminals import terminal
from ..pages import DEADLINE
from ..servers import free_port
from ..sites import make
from .commanded import Commanded, commanded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from websockets.sync.client import ClientConnection

ROUTE = """
    from starlette.responses import PlainTextResponse


    async def answer(request):
        return PlainTextResponse("{text}")
    """
FILES = {
    "main.py": """
        import importlib
        import pkgutil

        from starlette.applications import Starlette
        from starlette.responses import PlainTextResponse
        from starlette.routing import Route, WebSocketRoute

        import routes
        import state


        def scanned():
            for found in pkgutil.iter_modules(routes.__path__):
                module = importlib.import_module(f"routes.{found.name}")
                yield Route(getattr(module, "PATH", f"/{found.name}"), module.answer)


        async def talk(socket):
            await socket.accept()
            async for _ in socket.iter_text():
                await socket.send_text(state.visited("talk"))


        async def visit(request):
            return PlainTextResponse(state.visited("visit"))


        app = Starlette(routes=[*scanned(), Route("/visit", visit), WebSocketRoute("/ws", talk)])
        """,
    "state.py": """
        import os
        import sqlite3

        CACHE = {}
        DATABASE = sqlite3.connect(":memory:", check_same_thread=False)
        DATABASE.execute("create table visits (name)")


        def visited(name):
            CACHE.setdefault("visits", []).append(name)
            DATABASE.execute("insert into visits values (?)", [name])
            rows = DATABASE.execute("select count(*) from visits").fetchone()[0]
            return f"{os.getpid()} cached {len(CACHE['visits'])} stored {rows}"
        """,
    "routes/__init__.py": "",
    **{f"routes/{name}.py": ROUTE.format(text=name) for name in ("body", "path", "before", "doomed", "doc")},
}


def edit(folder: Path) -> None:
    rewrite(folder / "routes/body.py", '"body"', '"a new body"')


def edit_the_path(folder: Path) -> None:
    rewrite(folder / "routes/path.py", "\n\nasync", '\nPATH = "/way"\n\n\nasync')


def add(folder: Path) -> None:
    (folder / "routes/added.py").write_text((folder / "routes/doc.py").read_text().replace('"doc"', '"added"'))


def rename(folder: Path) -> None:
    (folder / "routes/before.py").rename(folder / "routes/after.py")


def remove(folder: Path) -> None:
    (folder / "routes/doomed.py").unlink()


def rewrite(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text, text
    path.write_text(text.replace(old, new))


Change = tuple["Callable[[Path], None]", dict[str, str]]
CHANGES: dict[str, Change] = {
    "an edited handler": (edit, {"/body": "a new body"}),
    "an edited path": (edit_the_path, {"/way": "path", "/path": "Not Found"}),
    "an added file": (add, {"/added": "added", "/doc": "doc"}),
    "a renamed file": (rename, {"/after": "before", "/before": "Not Found"}),
    "a removed file": (remove, {"/doomed": "Not Found"}),
}


@pytest.fixture(scope="module")
def hot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Commanded]:
    with commanded(make(tmp_path_factory.mktemp("bun") / "site", FILES)) as site:
        yield site


@pytest.fixture(scope="module")
def cold(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Commanded]:
    with commanded(make(tmp_path_factory.mktemp("bun") / "site", FILES), "--cold") as site:
        yield site


@contextmanager
def talking(url: str) -> Iterator[ClientConnection]:
    with connect(f"ws{url.removeprefix('http')}/ws", close_timeout=1) as socket:
        yield socket


def said(socket: ClientConnection) -> str:
    socket.send("?")
    return str(socket.recv(DEADLINE))


def count(text: str) -> tuple[int, ...]:
    pid, _, cached, _, stored = text.split()
    return int(pid), int(cached), int(stored)


@pytest.mark.parametrize(("change", "answers"), CHANGES.values(), ids=CHANGES)
def test_routes_follow_their_files_and_what_lives_in_the_process_stays(
    hot: Commanded, change: Callable[[Path], None], answers: dict[str, str]
) -> None:
    with talking(hot.url) as socket:
        pid, cached, stored = count(said(socket))

        change(hot.folder)
        for path, text in answers.items():
            hot.answers(path, text)

        assert count(said(socket)) == (pid, cached + 1, stored + 1)
        assert count(hot.get("/visit")) == (pid, cached + 2, stored + 2)


@pytest.mark.parametrize(("change", "answers"), CHANGES.values(), ids=CHANGES)
def test_cold_follows_too_and_all_of_it_is_new(
    cold: Commanded, change: Callable[[Path], None], answers: dict[str, str]
) -> None:
    pid, *_ = count(cold.get("/visit"))

    change(cold.folder)
    for path, text in answers.items():
        cold.answers(path, text)

    now, *counts = count(cold.get("/visit"))
    assert now != pid
    assert counts == [1, 1]


def test_r_is_the_way_out(tmp_path: Path) -> None:
    folder, port = make(tmp_path / "site", FILES), free_port()
    url = f"http://127.0.0.1:{port}"

    with (
        terminal(folder, ["-m", "asgi_reload", "--port", str(port)], {"ASGI_RELOAD_DRAIN": "100"}) as screen,
        httpx.Client(base_url=url, timeout=DEADLINE) as client,
    ):
        screen.until("shows them")
        with talking(url) as socket:
            pid, *counts = count(said(socket))
            assert counts == [1, 1]

            screen.type("r\n")
            screen.until("new worker (asked for)")

            now, *counts = count(client.get("/visit").text)
            assert now != pid
            assert counts == [1, 1]
            with pytest.raises(ConnectionClosed) as closed:
                socket.recv(DEADLINE)
            assert closed.value.rcvd is not None
            assert closed.value.rcvd.code in (1001, 1012)
