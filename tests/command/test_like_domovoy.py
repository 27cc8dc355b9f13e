"""What Domovoy does: several apps, each started, ended and restarted for itself."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from ..pages import listening
from ..sites import Site, make, served_by
from .commanded import Commanded, commanded

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

APP = """
    import os
    from contextlib import asynccontextmanager

    from asgi_reload import hot
    from starlette.applications import Starlette
    from starlette.responses import HTMLResponse, PlainTextResponse
    from starlette.routing import Route

    from {name}.words import word


    @asynccontextmanager
    async def lifespan(app):
        print("{name} started", flush=True)
        yield
        print("{name} stopped", flush=True)


    async def home(request):
        return HTMLResponse(f"<!doctype html><title>{name}</title><p>{{word()}}")


    async def pid(request):
        return PlainTextResponse(str(os.getpid()))


    async def again(request):
        return PlainTextResponse(str(hot.restart()))


    app = Starlette(routes=[Route("/", home), Route("/pid", pid), Route("/again", again)], lifespan=lifespan)
    """
NAMES = ("lights", "doors", "music")


def project(app: str) -> dict[str, str]:
    files = {f"{name}/main.py": app.format(name=name) for name in NAMES}
    files |= {f"{name}/__init__.py": "" for name in NAMES}
    files |= {f"{name}/words.py": f"def word():\n    return '{name}'\n" for name in NAMES}
    return files


PATHS = {"lights": "", "doors": "/doors", "music": "/music"}


ORDER = {"overlap": ["started", "started", "stopped"], "sequential": ["started", "stopped", "started"]}


@pytest.fixture(params=ORDER)
def lifespan(request: pytest.FixtureRequest) -> str:
    lifespan: str = request.param
    return lifespan


@pytest.fixture
def house(tmp_path: Path, lifespan: str) -> Iterator[Commanded]:
    folder = make(tmp_path / "house", project(APP))
    mounted = ("/doors=doors.main:app", "/music=music.main:app")
    env = {"ASGI_RELOAD_LIFESPAN": lifespan}
    with commanded(folder, *mounted, "--no-audit", app="lights.main:app", env=env) as site:
        for path in PATHS.values():
            site.get(f"{path}/pid")
        yield site


def pids(site: Commanded) -> dict[str, str]:
    return {name: site.get(f"{path}/pid") for name, path in PATHS.items()}


def status(site: Site, path: str) -> dict[str, Any]:
    found: dict[str, Any] = site.client.get(f"{path}/__reload__/status").json()
    return found


@pytest.mark.parametrize("name", ["lights", "doors"])
def test_an_app_that_asks_for_a_restart_is_restarted_alone(house: Commanded, name: str, lifespan: str) -> None:
    before = pids(house)
    assert house.get(f"{PATHS[name]}/again") == "True"

    house.until(lambda: house.get(f"{PATHS[name]}/pid") != before[name], "another worker")
    house.says(f"{name} stopped")
    assert {**pids(house), name: ""} == {**before, name: ""}
    house.until(lambda: re.findall(f"{name} (started|stopped)", house.log()) == ORDER[lifespan], "that order")
    assert [other for other in NAMES if f"{other} stopped" in house.log()] == [name]


def test_each_app_has_a_status_of_its_own(house: Commanded) -> None:
    before = {name: status(house, path) for name, path in PATHS.items()}
    assert {name: str(one["workers"]["current"]) for name, one in before.items()} == pids(house)
    assert len({one["boot"] for one in before.values()}) == 3

    house.replace("doors/words.py", "'doors'", "'gates'")
    house.until(lambda: "gates" in house.page("/doors/").text, "the save")

    after = {name: status(house, path) for name, path in PATHS.items()}
    assert {name: one["generation"] for name, one in after.items()} == {"lights": 0, "doors": 1, "music": 0}
    assert [change["path"] for change in after["doors"]["timeline"][0]["changes"]] == ["doors/words.py"]
    assert [step["type"] for step in after["doors"]["timeline"][0]["steps"]] == ["patch"]


WRAPPED = f"""{APP}
    from asgi_reload import ReloadMiddleware

    app = ReloadMiddleware(app, watch="{{name}}")
    """
BOTH = """
    from starlette.applications import Starlette
    from starlette.routing import Mount

    import doors.main
    import lights.main

    app = Starlette(routes=[Mount("/doors", doors.main.app), Mount("/lights", lights.main.app)])
    """


@pytest.fixture
def both(tmp_path: Path) -> Iterator[Site]:
    with served_by(
        "uvicorn-httptools", make(tmp_path / "house", {**project(WRAPPED), "main.py": BOTH}), waits=False
    ) as site:
        yield site


def test_two_apps_that_wrap_themselves_live_in_one_process(both: Site) -> None:
    with listening(both.url, "/doors/") as doors, listening(both.url, "/lights/") as lights:
        assert doors.next("hello")["boot"] != lights.next("hello")["boot"]
        both.replace("doors/words.py", "'doors'", "'gates'")
        assert doors.next("update")["steps"][0]["type"] == "patch"
        assert "<p>gates" in both.page("/doors/").text

        both.replace("lights/words.py", "'lights'", "'lamps'")
        told = lights.next("update")
        assert (told["seq"], told["steps"][0]["type"]) == (1, "patch")
        assert "<p>lamps" in both.page("/lights/").text

    assert [status(both, path)["timeline"][0]["changes"] for path in ("/doors", "/lights")] == [
        [{"path": "doors/words.py", "kind": "modified"}],
        [{"path": "lights/words.py", "kind": "modified"}],
    ]
    assert [len(status(both, path)["timeline"]) for path in ("/doors", "/lights")] == [1, 1]
