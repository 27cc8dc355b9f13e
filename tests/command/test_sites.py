"""Several apps under one front, each with workers of its own: a save concerns those that run what was saved."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from ..pages import config_of, listening
from ..sites import make
from .commanded import Commanded, commanded

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

APP = """
    import os
    from contextlib import asynccontextmanager

    from starlette.applications import Starlette
    from starlette.responses import HTMLResponse, PlainTextResponse
    from starlette.routing import Route

    import {helper}


    @asynccontextmanager
    async def lifespan(app):
        print("{name} started", flush=True)
        yield
        print("{name} stopped", flush=True)


    async def home(request):
        return HTMLResponse("<!doctype html><p>" + {helper}.word())


    async def word(request):
        return PlainTextResponse({helper}.word())


    async def pid(request):
        return PlainTextResponse(str(os.getpid()))


    app = Starlette(routes=[Route("/", home), Route("/word", word), Route("/pid", pid)], lifespan=lifespan)
    """
FILES = {
    "shop/__init__.py": "",
    "shop/main.py": APP.format(name="shop", helper="common.shared"),
    "admin/__init__.py": "",
    "admin/main.py": APP.format(name="admin", helper="admin.own"),
    "admin/own.py": "def word():\n    return 'own'\n",
    "blog/__init__.py": "",
    "blog/main.py": APP.format(name="blog", helper="common.shared"),
    "common/__init__.py": "",
    "common/shared.py": "def word():\n    return 'shared'\n",
}
TARGETS = ("/admin=admin.main:app", "/blog=blog.main:app")


@pytest.fixture(params=["overlap", "sequential"])
def farm(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Commanded]:
    env = {"ASGI_RELOAD_LIFESPAN": request.param}
    with commanded(make(tmp_path / "farm", FILES), *TARGETS, "--cold", app="shop.main:app", env=env) as site:
        for path in ("/pid", "/admin/pid", "/blog/pid"):
            site.get(path)
        yield site


def test_only_apps_that_depend_on_what_was_saved_get_a_new_worker(farm: Commanded) -> None:
    shop, admin, blog = (farm.get(path) for path in ("/pid", "/admin/pid", "/blog/pid"))

    farm.replace("common/shared.py", "'shared'", "'together'")

    farm.answers("/word", "together")
    farm.answers("/blog/word", "together")
    assert farm.get("/admin/pid") == admin
    assert farm.get("/pid") != shop
    assert farm.get("/blog/pid") != blog


def test_each_page_belongs_to_its_own_app(farm: Commanded) -> None:
    pages = [config_of(farm.page(path).text) for path in ("/", "/admin/", "/blog/")]
    assert len({page["boot"] for page in pages}) == 3

    with listening(farm.url, "/admin/") as page:
        page.next("hello")
        farm.replace("admin/own.py", "'own'", "'mine'")
        assert page.next("update")["steps"][0]["type"] == "patch"


def test_a_failing_app_does_not_concern_the_others(farm: Commanded) -> None:
    farm.write("admin/own.py", "raise RuntimeError('no')\n")
    farm.says("RuntimeError: no")

    assert farm.get("/admin/word") == "own"
    assert farm.get("/word") == "shared"


def test_a_new_worker_may_be_asked_for_over_http(farm: Commanded) -> None:
    shop, admin = farm.get("/pid"), farm.get("/admin/pid")
    token = config_of(farm.page("/admin/").text)["token"]

    answer = farm.client.post("/admin/__reload__/restart", headers={"x-asgi-reload-token": token})

    assert answer.status_code == 202
    farm.until(lambda: farm.get("/admin/pid") != admin, "another worker")
    assert farm.get("/pid") == shop


def test_finalize_comes_before_initialize_where_that_is_asked_for(tmp_path: Path) -> None:
    env = {"ASGI_RELOAD_LIFESPAN": "sequential"}

    with commanded(make(tmp_path / "farm", FILES), "--cold", app="admin.main:app", env=env) as site:
        site.edit("admin/own.py", "'own'", "'mine'")
        site.answers("/word", "mine")

        assert re.findall("admin (started|stopped)", site.log()) == ["started", "stopped", "started"]
