"""Every way to install it, under a real uvicorn: an edit that patches, and one that executes the app's module anew.

What cannot be replaced as a whole says so, and is never stale.
"""

from __future__ import annotations

import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from textwrap import dedent
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from .pages import listening
from .servers import clean_environment, free_port, kill_group, serving, wait_until_listening

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from .servers import Server

pytestmark = pytest.mark.timeout(120)

DEADLINE = 15.0
REMEDY = "wrap it outermost"
STATE = """
hits = 0


def count():
    global hits
    hits += 1
    return str(hits)
"""
TEXTS = """
def word():
    return "old word"
"""
LAYERS = """
class Stamp:
    def __init__(self, app, name, value="1"):
        self.app, self.name, self.value = app, name, value

    async def __call__(self, scope, receive, send):
        async def stamped(message):
            if message["type"] == "http.response.start":
                message["headers"].append((self.name.encode(), self.value.encode()))
            await send(message)

        await self.app(scope, receive, stamped)
"""
ROUTES = """
from asgi_reload import ReloadMiddleware
from layers import Stamp
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import HTMLResponse, PlainTextResponse
from starlette.routing import Mount, Route

import state
import texts


async def word(request):
    return PlainTextResponse(texts.word())


async def hits(request):
    return PlainTextResponse(state.count())


async def page(request):
    return HTMLResponse("<!doctype html><title>Page</title>")


routes = [Route("/old", word), Route("/hits", hits), Route("/", page)]
"""


@dataclass
class Site:
    """A folder with an app that is wrapped in some way, and what a developer does with it."""

    folder: Path
    url: str = ""

    def write(self, **modules: str) -> Site:
        self.folder.mkdir()
        for name, text in {"state": STATE, "texts": TEXTS, "layers": LAYERS, **modules}.items():
            (self.folder / f"{name}.py").write_text(dedent(text).lstrip("\n"))
        return self

    def edit(self, name: str, old: str, new: str) -> None:
        path = self.folder / name
        text = path.read_text()
        assert old in text, f"{name} does not contain {old!r}"
        path.write_text(text.replace(old, new))

    def save(self, name: str, old: str, new: str) -> dict[str, Any]:
        """Edit a file; what came of it."""
        before = self._timeline()
        self.edit(name, old, new)
        deadline = time.monotonic() + DEADLINE

        while (after := self._timeline())[:1] == before[:1]:
            assert time.monotonic() < deadline, f"nothing came of {name} within {DEADLINE} s"
            time.sleep(0.01)
        outcome: dict[str, Any] = after[0]["python"] or {"rung": None, "reason": after[0]["steps"]}
        return outcome

    def _timeline(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.status()["timeline"]
        return found

    def status(self) -> dict[str, Any]:
        found: dict[str, Any] = httpx.get(f"{self.url}/__reload__/status", timeout=DEADLINE).json()
        return found

    def get(self, path: str) -> httpx.Response:
        return httpx.get(self.url + path, timeout=DEADLINE)

    def text(self, path: str) -> str:
        return self.get(path).text


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path / "site")


@contextmanager
def served(site: Site, app: str = "main:app", *extra: str, server: str = "uvicorn-httptools") -> Iterator[Server]:
    with serving(site.folder, server, app=app, extra=extra) as running:
        site.url = running.url
        yield running


@contextmanager
def script(site: Site) -> Iterator[None]:
    port = free_port()
    with (site.folder.parent / "script.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "main.py", str(port)],
            cwd=site.folder,
            env=clean_environment(),
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        wait_until_listening(port, process)
        site.url = f"http://127.0.0.1:{port}"
        yield
    finally:
        kill_group(process)


def try_edits(site: Site, module: str = "main.py") -> None:
    """A body and a route are edited: both show, and a counter that neither has touched goes on."""
    assert (site.text("/old"), site.text("/hits")) == ("old word", "1")

    outcome = site.save("texts.py", "old word", "new word")
    assert outcome["rung"] == "patch", outcome
    assert site.text("/old") == "new word"

    outcome = site.save(module, '"/old"', '"/new"')
    assert outcome["rung"] == "re-execute", outcome
    assert (site.text("/new"), site.get("/old").status_code) == ("new word", 404)

    outcome = site.save("texts.py", "new word", "newer word")
    assert outcome["rung"] == "patch", outcome
    assert (site.text("/new"), site.text("/hits")) == ("newer word", "2")


WRAPPED = ROUTES + "app = ReloadMiddleware(Starlette(routes=routes))\n"
ADDED = ROUTES + "app = Starlette(routes=routes)\napp.add_middleware(ReloadMiddleware)\n"
LISTED = ROUTES + "app = Starlette(routes=routes, middleware=[Middleware(ReloadMiddleware)])\n"
MADE = ROUTES + "\n\ndef create_app():\n    return Starlette(routes=routes)\n"
ON_FASTAPI = """
from asgi_reload import ReloadMiddleware
from fastapi import FastAPI
from fastapi.responses import PlainTextResponse

import state
import texts

app = FastAPI()
app.add_middleware(ReloadMiddleware)


@app.get("/old", response_class=PlainTextResponse)
def word():
    return texts.word()


@app.get("/hits", response_class=PlainTextResponse)
def hits():
    return state.count()
"""


@pytest.mark.parametrize("main", [WRAPPED, ADDED, LISTED, ON_FASTAPI], ids=["wrapped", "added", "listed", "fastapi"])
def test_an_app_that_is_bound_in_a_module(site: Site, main: str) -> None:
    with served(site.write(main=main)):
        try_edits(site)


def test_an_import_string(site: Site) -> None:
    door = 'from asgi_reload import ReloadMiddleware\n\napp = ReloadMiddleware("main:app")\n'
    main = ROUTES + "app = Starlette(routes=routes)\n"
    with served(site.write(main=main, asgi=door), "asgi:app"):
        try_edits(site)


def test_an_import_string_of_a_factory(site: Site) -> None:
    door = 'from asgi_reload import ReloadMiddleware\n\napp = ReloadMiddleware("main:create_app", factory=True)\n'
    with served(site.write(main=MADE, asgi=door), "asgi:app"):
        try_edits(site)


def test_an_import_string_of_which_the_options_change(site: Site) -> None:
    door = 'from asgi_reload import ReloadMiddleware\n\napp = ReloadMiddleware("main:app", drain=1000)\n'
    with served(site.write(main=ROUTES + "app = Starlette(routes=routes)\n", asgi=door), "asgi:app"):
        outcome = site.save("asgi.py", "drain=1000", "drain=2000")
        assert (outcome["rung"], "options of ReloadMiddleware" in outcome["reason"]) == ("refused", True)


RUN = """
if __name__ == "__main__":
    import sys

    import uvicorn

    uvicorn.run({app}, port=int(sys.argv[1]))
"""


def test_a_script(site: Site) -> None:
    with script(site.write(main=WRAPPED + RUN.format(app="app"))):
        try_edits(site)


def test_a_script_that_wraps_as_it_runs(site: Site) -> None:
    main = ROUTES + "app = Starlette(routes=routes)\n" + RUN.format(app="ReloadMiddleware(app)")
    with script(site.write(main=main)):
        try_edits(site)


LAYERED = f"""{ROUTES}
app = Starlette(routes=routes)
app.add_middleware(Stamp, name="x-inner")
app.add_middleware(ReloadMiddleware)
app.add_middleware(Stamp, name="x-outer", value="one")
"""


def test_layers_on_both_sides_are_those_of_the_new_version_alone(site: Site) -> None:
    def stamps() -> list[list[str]]:
        headers = site.get("/hits").headers
        return [headers.get_list("x-inner"), headers.get_list("x-outer")]

    with served(site.write(main=LAYERED)):
        try_edits(site)
        assert stamps() == [["1"], ["one"]]

        assert site.save("main.py", 'value="one"', 'value="two"')["rung"] == "re-execute"
        assert stamps() == [["1"], ["two"]]

        assert site.save("layers.py", "self.value.encode()", "self.value.upper().encode()")["rung"] != "refused"
        assert stamps() == [["1"], ["TWO"]]


LASTING = """
from contextlib import asynccontextmanager

from asgi_reload import ReloadMiddleware
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route

import events

NAME = "one"


@asynccontextmanager
async def lifespan(app):
    if NAME == "broken":
        raise ValueError("broken")
    events.log.append("start " + NAME)
    yield {"name": NAME}
    events.log.append("stop " + NAME)


async def told(request):
    return JSONResponse([request.state.name, *events.log])


app = ReloadMiddleware(Starlette(routes=[Route("/told", told, name=NAME)], lifespan=lifespan), lifespan="WAY")
"""


@pytest.mark.parametrize(
    ("way", "then"),
    [
        ("overlap", ["two", "start one", "start two", "stop one"]),
        ("sequential", ["two", "start one", "stop one", "start two"]),
    ],
)
def test_a_lifespan_with_state_is_that_of_the_new_version(site: Site, way: str, then: list[str]) -> None:
    with served(site.write(main=LASTING.replace("WAY", way), events="log = []\n")):
        assert site.get("/told").json() == ["one", "start one"]
        assert site.save("main.py", '"one"', '"two"')["rung"] == "re-execute"

        deadline = time.monotonic() + DEADLINE
        while (told := site.get("/told").json()) != then:
            assert told[0] == "two"
            assert time.monotonic() < deadline, told


def test_a_lifespan_that_is_run_again_ends_with_the_names_it_began_with(site: Site) -> None:
    main = LASTING.replace("WAY", "overlap").replace(", name=NAME", "")
    with served(site.write(main=main, events="log = []\n")):
        assert site.get("/told").json() == ["one", "start one"]
        assert site.save("main.py", '"one"', '"two"')["modules"] == []
        assert site.get("/told").json() == ["two", "start one", "stop one", "start two"]


@pytest.mark.parametrize(
    ("way", "then"),
    [("overlap", ["one", "start one"]), ("sequential", ["one", "start one", "stop one", "start one"])],
)
def test_a_lifespan_that_does_not_start_leaves_the_old_one(site: Site, way: str, then: list[str]) -> None:
    with served(site.write(main=LASTING.replace("WAY", way), events="log = []\n")):
        outcome = site.save("main.py", '"one"', '"broken"')
        assert (outcome["rung"], "broken" in outcome["reason"]) == ("failed", True)
        assert site.get("/told").json() == then


MOUNTED = f"""{ROUTES}
sub = ReloadMiddleware(Starlette(routes=routes))
app = Starlette(routes=[Mount("/sub", sub)])
"""


def test_a_mounted_app_is_patched_and_says_what_to_do_for_more(site: Site) -> None:
    with served(site.write(main=MOUNTED)) as server, listening(server.url, "/sub/") as page:
        page.next("hello")
        site.edit("texts.py", "old word", "new word")
        page.next("update")
        assert site.text("/sub/old") == "new word"

        site.edit("main.py", '"/old"', '"/new"')
        (restart,) = page.next("update")["steps"]
        assert restart["type"] == "restart"
        assert REMEDY in restart["reason"]
        assert (site.text("/sub/old"), site.get("/sub/new").status_code) == ("new word", 404)


CLOSED = """

def stamp(app):
    async def stamped(scope, receive, send):
        await Stamp(app, "x-outer")(scope, receive, send)

    return stamped


app = Starlette(routes=routes)
application = stamp(ReloadMiddleware(app))
"""


@pytest.mark.parametrize(
    "wrapping",
    [
        'application = Stamp(ReloadMiddleware(Starlette(routes=routes)), "x-outer")\n',
        'app = ReloadMiddleware(Starlette(routes=routes))\napplication = Stamp(app, "x-outer")\n',
        'app = Starlette(routes=routes)\napp.add_middleware(ReloadMiddleware)\napplication = Stamp(app, "x-outer")\n',
        CLOSED,
    ],
    ids=["at once", "by another name", "around layers", "in a closure"],
)
def test_what_stands_around_it_is_never_stale(site: Site, wrapping: str) -> None:
    with served(site.write(main=ROUTES + wrapping), "main:application"):
        assert site.save("texts.py", "old word", "new word")["rung"] == "patch"
        assert site.text("/old") == "new word"

        outcome = site.save("main.py", '"x-outer"', '"x-other"')
        assert outcome["rung"] == "refused"
        assert REMEDY in outcome["reason"]
        assert site.get("/old").headers["x-outer"] == "1"


def test_what_wraps_it_for_others_is_in_nobodys_way(site: Site) -> None:
    main = f'{WRAPPED}\nfor_the_cloud = Stamp(app, "x-cloud")\n'
    with served(site.write(main=main)):
        try_edits(site)


WITH_OPTIONS = {
    "wrapped": WRAPPED.replace("routes=routes)", "routes=routes), drain=1000"),
    "added": ADDED.replace("(ReloadMiddleware)", "(ReloadMiddleware, drain=1000)"),
}


@pytest.mark.parametrize("main", WITH_OPTIONS.values(), ids=WITH_OPTIONS)
def test_options_that_change_are_refused(site: Site, main: str) -> None:
    with served(site.write(main=main)):
        outcome = site.save("main.py", "drain=1000", "drain=2000")
        assert (outcome["rung"], "options of ReloadMiddleware" in outcome["reason"]) == ("refused", True)

        assert site.save("main.py", "drain=2000", "drain=1000")["rung"] == "nothing"
        try_edits(site)


def test_strategies_of_a_new_version_are_the_ones_that_are_asked(site: Site) -> None:
    strategy = "\n\ndef mine(batch, context):\n    return Reload((), REASON)\n\n\nREASON = 'first'\n"
    main = ROUTES + "from asgi_reload.updates import Reload\n" + strategy + WRAPPED.removeprefix(ROUTES)
    with served(site.write(main=main.replace("routes=routes)", "routes=routes), strategies=[mine]"))):
        assert site.save("main.py", '"/old"', '"/new"')["rung"] == "re-execute"
        site.save("main.py", "REASON = 'first'", "REASON = 'second'")

        with listening(site.url, transport="sse") as page:
            page.next("hello")
            (site.folder / "notes.txt").write_text("something")
            assert page.next("update")["steps"][0]["reason"] == "second"


def test_switched_off_the_page_is_told_to_restart(site: Site) -> None:
    main = WRAPPED.replace("routes=routes)", "routes=routes), hot=False")
    with served(site.write(main=main)):
        outcome = site.save("texts.py", "old word", "new word")
        assert (outcome["rung"], "restart" in str(outcome["reason"])) == (None, True)
        assert site.text("/old") == "old word"
        assert site.status()["watch"]["hot"] is False


RELOADING = {
    "uvicorn-httptools": ["--reload", "--reload-delay", "0.05"],
    "hypercorn-asyncio": ["--reload"],
    "granian": ["--reload", "--reload-tick", "50"],
}


@pytest.mark.parametrize("server", RELOADING)
def test_under_somebody_elses_reloader_python_is_left_to_it(site: Site, server: str) -> None:
    with served(site.write(main=WRAPPED), "main:app", *RELOADING[server], server=server) as running:
        status = site.status()
        assert status["watch"]["hot"] is False
        assert running.log().count("are left to") == 1, running.log()

        site.edit("main.py", '"/old"', '"/new"')
        wait_for_another_boot(site, status["boot"])
        assert (site.text("/new"), site.get("/old").status_code) == ("old word", 404)


def wait_for_another_boot(site: Site, boot: str) -> None:
    deadline = time.monotonic() + DEADLINE

    while True:
        try:
            if site.status()["boot"] != boot:
                return
        except httpx.HTTPError:
            pass  # between two servers
        assert time.monotonic() < deadline, "no new server answered"
        time.sleep(0.02)
