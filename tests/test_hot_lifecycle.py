"""Who is told what of a save: the terminal, the status and the pages. Each says which rung, which modules, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from .pages import listening
from .sites import Site, make, quickly_served

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from .programs.running import Zygote

FILES = {
    "main.py": """
        from asgi_reload import ReloadMiddleware
        from starlette.applications import Starlette
        from starlette.responses import HTMLResponse
        from starlette.routing import Route

        import strict
        import texts


        async def home(request):
            return HTMLResponse("<!doctype html><p>" + texts.word())


        app = ReloadMiddleware(Starlette(routes=[Route("/", home)]))
        """,
    "texts.py": """
        PREFIX = ""


        def word():
            return PREFIX + "one"
        """,
    "strict.py": """
        from asgi_reload import hot

        hot.decline(__name__)
        ANSWER = 42
        """,
}


@pytest.fixture
def site(zygote: Zygote, tmp_path: Path) -> Iterator[Site]:
    with quickly_served(zygote, make(tmp_path / "site", FILES)) as site:
        yield site


def test_pages_render_their_own_url_anew_after_a_patch(site: Site) -> None:
    with listening(site.url) as page:
        assert page.next("hello")["generation"] == 0
        site.replace("texts.py", '"one"', '"two"')
        update = page.next("update")

        assert update["steps"] == [{"type": "patch", "paths": ["texts.py"], "reason": "texts.py: patch"}]
        assert update["generation"] == 1
        assert site.page().text.endswith("<p>two")


def test_the_status_tells_rung_modules_reason_and_times(site: Site) -> None:
    site.edit("texts.py", '"one"', '"two"')
    site.edit("texts.py", 'PREFIX = ""', 'print("again")\nPREFIX = ""')
    second, first = [entry["python"] for entry in site.status()["timeline"]]

    assert (first["rung"], first["modules"], first["reason"]) == ("patch", [], "texts.word changed")
    assert (second["rung"], second["modules"]) == ("re-execute", ["texts"])
    assert "print" in second["reason"] or "texts" in second["reason"]
    assert all(set(python["ms"]) == {"plan", "write"} and min(python["ms"].values()) >= 0 for python in (first, second))


def test_the_terminal_tells_rung_modules_reason_and_time(site: Site) -> None:
    site.edit("texts.py", '"one"', '"two"')
    site.edit("main.py", '"<!doctype html><p>"', '"<!doctype html><b>"')
    site.edit("main.py", 'Route("/", home)', 'Route("/", home), Route("/more", home)')

    log = site.log()
    assert "texts.py: patch in place (texts.word changed), " in log
    assert "main.py: patch in place (main.home changed), " in log
    assert "main.py: re-execute main (" in log
    assert "and the lifespan" in log


def test_a_page_hears_nothing_of_comments_and_formatting(site: Site) -> None:
    with listening(site.url) as page:
        page.next("hello")
        assert site.edit("texts.py", 'PREFIX = ""', "# nothing\n\nPREFIX = ''")["rung"] == "nothing"
        assert site.status()["generation"] == 0

        site.replace("texts.py", '"one"', '"two"')
        update = page.next("update")
        assert (update["seq"], update["generation"]) == (1, 1), "this is the first that the page hears"


def test_a_failure_reaches_pages_and_the_next_good_save_takes_it_back(site: Site) -> None:
    with listening(site.url) as page:
        page.next("hello")
        site.write("texts.py", "def word():\n    return (\n")
        (failure,) = page.next("update")["steps"]
        assert (failure["type"], failure["paths"]) == ("failure", ["texts.py"])
        assert failure["title"].startswith("SyntaxError: ")
        assert "texts.py, line 2" in failure["detail"]

        site.write("texts.py", 'def word():\n    return "fine"\n')
        assert [step["type"] for step in page.next("update")["steps"]] == ["patch", "recovered"]
        assert site.page().text.endswith("fine")

    assert "not applied, the last good version serves on" in site.log()


def test_going_back_to_what_runs_takes_a_failure_back_as_well(site: Site) -> None:
    good = (site.folder / "texts.py").read_text()
    with listening(site.url) as page:
        page.next("hello")
        site.write("texts.py", "1 /\n")
        assert [step["type"] for step in page.next("update")["steps"]] == ["failure"]
        site.write("texts.py", good)
        assert [step["type"] for step in page.next("update")["steps"]] == ["recovered"]


def test_what_is_refused_asks_for_a_restart_and_says_why(site: Site) -> None:
    with listening(site.url) as page:
        page.next("hello")
        assert site.edit("strict.py", "42", "43")["rung"] == "refused"
        (restart,) = page.next("update")["steps"]

    assert (restart["type"], restart["paths"]) == ("restart", ["strict.py"])
    assert restart["reason"].startswith("strict declines")
    assert f"restart needed: {restart['reason']}" in site.log()
    assert site.status()["generation"] == 0


def test_the_generation_counts_the_versions_that_were_applied(site: Site) -> None:
    for old, new, generation in [
        ('"one"', '"two"', 1),
        ('"two"', "two", 2),
        ("two", '"two"  # said twice', 3),
        ("  # said twice", "", 3),
        ("return", "return return", 3),
        ("return return", "return", 3),
        ("PREFIX +", "PREFIX * 2 +", 4),
    ]:
        site.edit("texts.py", old, new)
        assert site.status()["generation"] == generation
