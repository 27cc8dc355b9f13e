"""`ReloadMiddleware` twice in one process: two apps run the same modules, and a save is made live once, for both."""

from __future__ import annotations

import re
import time
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from .pages import DEADLINE, listening
from .sites import STEP, Site, make, served_by

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

APP = """
    from contextlib import asynccontextmanager

    from starlette.applications import Starlette
    from starlette.responses import HTMLResponse
    from starlette.routing import Route

    import common
    from {name}.words import SIGN, word

    TITLE = "{name}" + SIGN


    @asynccontextmanager
    async def lifespan(app):
        print("{name} started", flush=True)
        yield
        print("{name} stopped", flush=True)


    async def home(request):
        return HTMLResponse(f"<!doctype html><p>{{TITLE}} {{word()}} {{common.word()}} {{common.START}}")


    app = Starlette(routes=[Route("/", home)], lifespan=lifespan)
    """
PROJECT = {
    **{f"{name}/__init__.py": "" for name in ("doors", "lights")},
    **{f"{name}/main.py": APP.format(name=name) for name in ("doors", "lights")},
    **{f"{name}/words.py": f"SIGN = '.'\n\n\ndef word():\n    return '{name}'\n" for name in ("doors", "lights")},
    "common.py": "START = 0\n\n\ndef word():\n    return 'shared'\n",
}
NAMED = """
    from asgi_reload import ReloadMiddleware
    from starlette.applications import Starlette
    from starlette.routing import Mount

    doors, lights = ReloadMiddleware("doors.main:app"), ReloadMiddleware("lights.main:app")
    app = Starlette(routes=[Mount("/doors", doors), Mount("/lights", lights)])
    """
WRAPPED = """
    from asgi_reload import ReloadMiddleware
    from starlette.applications import Starlette
    from starlette.routing import Mount

    import doors.main
    import lights.main

    routes = [Mount("/doors", ReloadMiddleware(doors.main.app)), Mount("/lights", ReloadMiddleware(lights.main.app))]
    app = Starlette(routes=routes)
    """
WITH_A_START = """
    from asgi_reload import ReloadMiddleware

    doors, lights = ReloadMiddleware("doors.main:app"), ReloadMiddleware("lights.main:app")


    async def app(scope, receive, send):
        if scope["type"] == "lifespan":
            await lights(scope, receive, send)
        else:
            name = scope["path"].split("/")[1]
            await {"doors": doors, "lights": lights}[name]({**scope, "root_path": f"/{name}"}, receive, send)
    """
SAVES = {
    "a body of one": ("doors/words.py", "'doors'", "'gates'", "patch", ("gates", None)),
    "a body of the other": ("lights/words.py", "'lights'", "'lamps'", "patch", (None, "lamps")),
    "a body that both run": ("common.py", "'shared'", "'together'", "patch", ("together", "together")),
    "what the import of one used": ("doors/words.py", "'.'", "'!'", "re-execute", ("doors!", None)),
    "what the import of the other used": ("lights/words.py", "'.'", "'?'", "re-execute", (None, "lights?")),
    "an import that both need": ("common.py", "START = 0", "START = sum([7])\nprint(1)", "re-execute", ("7", "7")),
}
PATHS = ("/doors/", "/lights/")


def serve(tmp_path: Path, main: str) -> Iterator[Site]:
    folder = make(tmp_path / "house", {**PROJECT, "main.py": main})
    with served_by("uvicorn-httptools", folder, waits=False) as site:
        yield site


@pytest.fixture(scope="module")
def named(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    yield from serve(tmp_path_factory.mktemp("named"), NAMED)


@pytest.fixture
def wrapped(tmp_path: Path) -> Iterator[Site]:
    yield from serve(tmp_path, WRAPPED)


@pytest.fixture
def starting(tmp_path: Path) -> Iterator[Site]:
    yield from serve(tmp_path, WITH_A_START)


def said(site: Site) -> list[str]:
    """What each app answers now, without what our script adds."""
    return [site.get(path).removeprefix("<!doctype html><p>") for path in PATHS]


def until(reached: Callable[[], Any], what: str) -> Any:
    """Wait until that is true, and give it back."""
    deadline = time.monotonic() + DEADLINE
    while not (value := reached()):
        assert time.monotonic() < deadline, f"waited for {what} in vain"
        time.sleep(STEP)
    return value


@contextmanager
def saved(site: Site, file: str, old: str, new: str) -> Iterator[list[dict[str, Any]]]:
    """While a page of each app is open, a save; what each of them has come to tell of it."""
    with listening(site.url, "/doors/") as doors, listening(site.url, "/lights/") as lights:
        doors.next("hello"), lights.next("hello")
        since = time.time()
        site.replace(file, old, new)
        yield [until(partial(first, site, path, file, since), f"{file} at {path}") for path in PATHS]


def first(site: Site, path: str, file: str, since: float) -> dict[str, Any] | None:
    timeline = site.client.get(f"{path}__reload__/status").json()["timeline"]
    told = [one for one in timeline if {"path": file, "kind": "modified"} in one["changes"] and one["at"] >= since]
    return told[-1] if told else None


def steps(entry: dict[str, Any]) -> list[str]:
    return [step["type"] for step in entry["steps"]]


@pytest.mark.parametrize(("file", "old", "new", "rung", "words"), SAVES.values(), ids=SAVES)
def test_a_save_is_made_live_once_for_both(
    named: Site, file: str, old: str, new: str, rung: str, words: tuple[str | None, str | None]
) -> None:
    before = said(named)

    with saved(named, file, old, new) as entries:
        for was, now, word in zip(before, said(named), words, strict=True):
            assert (now == was) if word is None else (word in now.split())
        assert [(steps(entry), entry["python"]["rung"]) for entry in entries] == [(["patch"], rung)] * 2


def test_a_save_that_fails_changes_nothing_for_either_and_the_next_one_heals_both(named: Site) -> None:
    before = said(named)

    with saved(named, "common.py", "START = ", "START = missing + ") as entries:
        assert [entry["python"]["reason"] for entry in entries] == ["NameError: name 'missing' is not defined"] * 2
        assert said(named) == before
    with saved(named, "common.py", "START = missing + ", "START = 1 + ") as entries:
        assert [entry["python"]["rung"] for entry in entries] == ["patch"] * 2


def test_where_they_are_not_named_nobody_is_told_to_restart_for_what_can_be_changed_in_place(wrapped: Site) -> None:
    with saved(wrapped, "doors/words.py", "'doors'", "'gates'") as entries:
        assert [steps(entry) for entry in entries] == [["patch"], ["patch"]]

    with saved(wrapped, "common.py", "START = 0", "print(1)\nSTART = 1") as entries:
        assert [steps(entry) for entry in entries] == [["restart"], ["restart"]]
        assert "name it: ReloadMiddleware('main:app')" in entries[0]["python"]["reason"]


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        ("lights/main.py", '"lights started"', '"lights started anew"', ["started", "stopped", "started anew"]),
        ("lights/main.py", '"/", home', '"/", home, name="home"', ["started", "started", "stopped"]),
        ("doors/main.py", '"/", home', '"/", home, name="home"', ["started"]),
    ],
    ids=["a start-up", "an app with a start-up", "an app without"],
)
def test_the_app_that_has_a_start_up_is_started_whoever_hears_of_the_save(
    starting: Site, file: str, old: str, new: str, told: list[str]
) -> None:
    with saved(starting, file, old, new) as entries:
        assert [steps(entry) for entry in entries] == [["patch"], ["patch"]]

    until(lambda: re.findall("lights (.+)\n", starting.log()) == told, f"{told} on the terminal")
