"""What lives in the process outlives a save: counters, handles, caches and open connections, while code goes live."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from websockets.sync.client import connect

from .pages import DEADLINE
from .sites import Site, make, quickly_served

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from websockets.sync.client import ClientConnection

    from .programs.running import Zygote

FILES = {
    "main.py": """
        from asgi_reload import ReloadMiddleware
        from starlette.applications import Starlette
        from starlette.responses import PlainTextResponse
        from starlette.routing import Route, WebSocketRoute

        import state
        import texts

        hits = 0


        async def count(request):
            global hits
            hits += 1
            return PlainTextResponse(f"hits {hits}")


        async def elsewhere(request):
            return PlainTextResponse(" ".join(map(str, [state.count(), state.rows(), state.cached(texts.word())])))


        async def talk(socket):
            await socket.accept()
            async for _ in socket.iter_text():
                await socket.send_text(texts.word())


        app = Starlette(
            routes=[Route("/count", count), Route("/elsewhere", elsewhere), WebSocketRoute("/ws", talk)],
        )
        app = ReloadMiddleware(app)
        """,
    "state.py": """
        import sqlite3

        counter = 0
        cache = {}
        database = sqlite3.connect(":memory:", check_same_thread=False)
        database.execute("create table hits (n)")


        def count():
            global counter
            counter += 1
            return counter


        def rows():
            database.execute("insert into hits values (1)")
            return database.execute("select count(*) from hits").fetchone()[0]


        def cached(word):
            cache[word] = cache.get(word, 0) + 1
            return ",".join(cache)
        """,
    "texts.py": """
        PREFIX = "<"


        def word():
            return PREFIX + "one"
        """,
}


@pytest.fixture
def site(zygote: Zygote, tmp_path: Path) -> Iterator[Site]:
    with quickly_served(zygote, make(tmp_path / "site", FILES)) as site:
        yield site


@pytest.fixture
def socket(site: Site) -> Iterator[ClientConnection]:
    with connect(f"ws{site.url.removeprefix('http')}/ws") as socket:
        yield socket


def said(socket: ClientConnection) -> str | bytes:
    socket.send("?")
    return socket.recv(DEADLINE)


def test_state_elsewhere_and_a_websocket_survive_a_patch(site: Site, socket: ClientConnection) -> None:
    assert site.get("/elsewhere") == "1 1 <one"
    assert said(socket) == "<one"

    assert site.edit("texts.py", '"one"', '"two"')["rung"] == "patch"

    assert site.get("/elsewhere") == "2 2 <one,<two"
    assert said(socket) == "<two"


def test_state_elsewhere_and_a_websocket_survive_a_re_execution(site: Site, socket: ClientConnection) -> None:
    assert site.get("/elsewhere") == "1 1 <one"
    assert said(socket) == "<one"

    outcome = site.edit("texts.py", 'PREFIX = "<"', 'print("again")\nPREFIX = "["')

    assert (outcome["rung"], outcome["modules"]) == ("re-execute", ["texts"])
    assert site.get("/elsewhere") == "2 2 <one,[one"
    assert said(socket) == "[one"


def test_state_elsewhere_and_a_websocket_survive_the_re_execution_of_the_app(
    site: Site, socket: ClientConnection
) -> None:
    assert site.get("/elsewhere") == "1 1 <one"
    assert said(socket) == "<one"

    outcome = site.edit("main.py", 'Route("/count", count),', 'Route("/number", count),')

    assert (outcome["rung"], outcome["modules"]) == ("re-execute", ["main"])
    assert site.get("/number") == "hits 1"
    assert site.get("/elsewhere") == "2 2 <one"
    assert said(socket) == "<one"
    assert site.edit("texts.py", '"one"', '"two"')["rung"] == "patch"
    assert said(socket) == "<two", "a connection of the version before runs what everybody else runs"


@pytest.mark.parametrize(
    ("old", "new", "answer"),
    [
        ('f"hits {hits}"', 'f"{hits} hits"', "2 hits"),
        ("import state\n", "import math\nimport state\n", "hits 2"),
        ("async def count", "def double(n):\n    return 2 * n\n\n\nasync def count", "hits 2"),
    ],
    ids=["a patch", "an added import", "an added helper"],
)
def test_a_counter_in_the_same_module_survives(site: Site, old: str, new: str, answer: str) -> None:
    assert site.get("/count") == "hits 1"
    assert site.edit("main.py", old, new)["rung"] == "patch"
    assert site.get("/count") == answer


def test_a_counter_survives_an_added_import_that_a_body_uses_at_once(site: Site) -> None:
    assert site.get("/count") == "hits 1"
    text = (site.folder / "main.py").read_text()
    text = text.replace("import state\n", "import math\nimport state\n").replace("{hits}", "{math.factorial(hits + 2)}")

    assert site.save("main.py", text)["rung"] == "patch"
    assert site.get("/count") == "hits 24"


def test_what_is_kept_by_name_is_the_same_object_in_the_new_module(site: Site) -> None:
    text = (site.folder / "state.py").read_text()
    kept = "from asgi_reload import hot\n\n" + text.replace(
        'sqlite3.connect(":memory:", check_same_thread=False)\n', 'hot.keep("database", make)\n'
    ).replace("cache = {}\n", 'cache = {}\n\n\ndef make():\n    return sqlite3.connect(":memory:")\n\n\n').replace(
        "create table hits", "create table if not exists hits"
    )
    assert site.save("state.py", kept)["rung"] == "re-execute"
    assert site.get("/elsewhere") == "1 1 <one"

    outcome = site.edit("state.py", "counter = 0", 'counter = 10\nprint("again")')

    assert (outcome["rung"], outcome["modules"]) == ("re-execute", ["state"])
    assert site.get("/elsewhere") == "11 2 <one"
