"""What Storyville sets out to do: each build in a fresh interpreter, one at work and one standing by."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import pytest

from ..pages import listening
from ..sites import make
from .commanded import Commanded, commanded

if TYPE_CHECKING:
    from collections.abc import Iterator

FILES = {
    "main.py": """
        import sys

        WARM = [name for name in ("colorsys", "chunk_of_nothing") if name in sys.modules]
        LEFT = getattr(sys, "builds", 0)
        sys.builds = LEFT + 1

        import os
        from contextlib import asynccontextmanager
        from pathlib import Path

        from jinja2 import Environment, FileSystemLoader
        from starlette.applications import Starlette
        from starlette.responses import HTMLResponse, JSONResponse
        from starlette.routing import Route

        import stories

        PAGES = Environment(loader=FileSystemLoader(Path(__file__).parent / "templates"))


        def interpreter():
            try:
                from concurrent import interpreters
            except ImportError:
                return [os.getpid(), 0]
            return [os.getpid(), interpreters.get_current().id]


        @asynccontextmanager
        async def lifespan(app):
            stories.check()
            yield


        async def home(request):
            return HTMLResponse(PAGES.get_template("story.html").render(title=stories.TITLE))


        async def build(request):
            return JSONResponse({"interpreter": interpreter(), "left": LEFT, "warm": WARM})


        app = Starlette(routes=[Route("/", home), Route("/build", build)], lifespan=lifespan)
        """,
    "stories.py": """
        TITLE = "Button"


        def check():
            assert TITLE.isalpha(), "a title has letters only"
        """,
    "templates/story.html": "<!doctype html><title>{{ title }}</title>",
}
STORIES = FILES["stories.py"]
BROKEN = {
    "no Python": ("TITLE = = 1\n", "SyntaxError"),
    "raises": ("raise LookupError('no story')\n", "LookupError: no story"),
    "exits": ("raise SystemExit(1)\n", "SystemExit"),
    "lacks a name": ("def check():\n    pass\n\n\nTITLE = title\n", "NameError: name 'title' is not defined"),
    "does not start": (STORIES.replace("Button", "42"), "AssertionError: a title has letters only"),
}
ISOLATED = pytest.param(
    "--isolated", marks=pytest.mark.skipif(sys.version_info < (3, 14), reason="interpreters need Python 3.14")
)


@pytest.fixture(scope="module", params=["--cold", ISOLATED])
def site(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Commanded]:
    warm_up = ["--warm-up", "colorsys", "--warm-up", "chunk_of_nothing", "--warm-up", "jinja2"]
    with commanded(make(tmp_path_factory.mktemp("stories") / "site", FILES), request.param, *warm_up) as site:
        stands_by(site)
        yield site


def stands_by(site: Commanded) -> dict[str, Any]:
    """Wait until the next interpreter is ready."""

    def standby() -> dict[str, Any]:
        found: dict[str, Any] = site.workers["standby"]
        return found

    return dict(site.until(lambda: standby()["modules"] and standby(), "the standby"))


def build(site: Commanded) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(site.get("/build"))
    return found


def shows(site: Commanded, title: str) -> None:
    site.answers("/", f"<!doctype html><title>{title}</title>")


def write(site: Commanded, title: str) -> None:
    site.write("stories.py", STORIES.replace("Button", title))


def test_each_build_has_a_fresh_interpreter(site: Commanded) -> None:
    builds = [build(site)]

    for title in ("Card", "Tabs", "Menu"):
        write(site, title)
        shows(site, title)
        builds.append(build(site))

    assert len({tuple(one["interpreter"]) for one in builds}) == 4
    assert [one["left"] for one in builds] == [0, 0, 0, 0]


def test_one_is_at_work_and_another_stands_by(site: Commanded) -> None:
    before = stands_by(site)
    active = build(site)["interpreter"]

    write(site, "Badge")
    shows(site, "Badge")

    after = stands_by(site)
    site.until(lambda: site.workers["all"] == 1, "the old one to go")
    assert build(site)["interpreter"] != active
    assert before["kind"] == after["kind"] == ("interpreters" if site.workers["mode"] == "isolated" else "standby")


def test_what_is_to_be_warm_is_imported_beforehand_and_what_cannot_be_is_named(site: Commanded) -> None:
    standby = stands_by(site)
    assert list(standby["failed"]) == ["chunk_of_nothing"]
    assert "ModuleNotFoundError" in standby["failed"]["chunk_of_nothing"]

    for title in ("Warm", "Warmer", "Warmest"):
        write(site, title)
        shows(site, title)
        if build(site)["warm"]:
            break  # a build that comes right after another may find the next one not ready yet, and does without

    assert build(site)["warm"] == ["colorsys"]


@pytest.mark.parametrize(("text", "words"), BROKEN.values(), ids=BROKEN)
def test_a_failure_keeps_the_last_good_version_and_the_next_save_recovers(
    site: Commanded, text: str, words: str
) -> None:
    write(site, "Good")
    shows(site, "Good")
    good = build(site)

    with listening(site.url) as page:
        page.next("hello")
        site.write("stories.py", text)
        assert words in page.next("update")["steps"][0]["title"]
        shows(site, "Good")
        assert build(site) == good

        write(site, "Better")
        assert "recovered" in [step["type"] for step in page.next("update")["steps"]]
    shows(site, "Better")


def test_of_two_saves_in_a_row_the_second_is_not_lost(site: Commanded) -> None:
    site.write("stories.py", STORIES.replace("TITLE =", "__import__('time').sleep(0.5)\n        TITLE ="))
    site.until(lambda: site.workers["coming"], "the first build")
    write(site, "Second")

    shows(site, "Second")


def test_a_saved_template_needs_no_build(site: Commanded) -> None:
    write(site, "Plain")
    shows(site, "Plain")
    before = build(site)

    with listening(site.url) as page:
        page.next("hello")
        site.write("templates/story.html", "<!doctype html><h1>{{ title }}</h1>")
        assert page.next("update")["steps"][0]["type"] == "patch"
        assert site.get("/") == "<!doctype html><h1>Plain</h1>"
        assert build(site) == before

        site.write("templates/story.html", FILES["templates/story.html"])
        page.next("update")
