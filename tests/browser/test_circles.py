"""Pages that write a watched file by being asked for are stopped, and told which it is. Who saves fast is not."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any
from urllib.request import urlopen

import pytest

from .site import is_same_document, mark, on_screen, status, wait

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from .site import Site

WRITING = """    global count
    count += 1
    with open({file!r}, "w") as file:
        file.write({text!r} % count)
    name = request"""
QUIET_MS = 1500


@pytest.fixture
def scripted(site: Site) -> Site:
    site.write("static/app.js", "")
    site.write("templates/index.html", '<!doctype html><script src="/static/app.js"></script><h1>Hello</h1>')
    return site


def write_when_asked(site: Site, file: str, text: str) -> None:
    """Let each request for a page write this file."""
    (site.folder / "data").mkdir(exist_ok=True)
    site.write(file, text % 0)
    site.replace("main.py", "    name = request", WRITING.format(file=file, text=text))
    site.replace("main.py", "HEADERS:", "count = 0\nHEADERS:")


def timeline(site: Site) -> list[dict[str, Any]]:
    """The newest first."""
    with urlopen(f"{site.url}/__reload__/status") as answer:
        entries: list[dict[str, Any]] = json.load(answer)["timeline"]
    return entries


def wait_until_stopped(page: Page) -> str:
    wait(page, "window.asgiReload?.status?.().last?.detail.startsWith('stopped: ')", within=40)
    last: dict[str, Any] = status(page)["last"]
    assert last["outcome"] == "offered"
    return str(last["detail"])


def test_a_page_that_reloads_itself_in_a_circle_is_stopped(scripted: Site, page: Page) -> None:
    write_when_asked(scripted, "static/app.js", "window.version = %d")
    scripted.start()
    page.goto(scripted.url)

    detail = wait_until_stopped(page)

    assert detail == (
        "stopped: reloaded 5 times in 10 s because of static/app.js;"
        ' if loading this page writes it, add ignore=["static/app.js"]'
    )
    assert detail in on_screen(page)
    assert page.evaluate("window.version") in (6, 7)


def test_a_page_that_patches_itself_in_a_circle_is_stopped(scripted: Site, page: Page) -> None:
    write_when_asked(scripted, "data/visits.json", '{"visits": %d}')
    scripted.start().visit(page)
    mark(page)
    scripted.write("data/visits.json", "{}")

    detail = wait_until_stopped(page)

    assert detail == (
        "stopped: updated 5 times in 10 s because of data/visits.json;"
        ' if loading this page writes it, add ignore=["data/visits.json"]'
    )
    assert detail in on_screen(page)
    assert is_same_document(page)
    page.wait_for_timeout(QUIET_MS)
    stopped, *_ = timeline(scripted)
    assert [told["detail"] for told in stopped["pages"]] == [detail]
    assert scripted.log().count("stopped: ") == 1


def test_a_stylesheet_that_is_written_when_it_is_asked_for_is_stopped(site: Site, page: Page) -> None:
    site.write("templates/index.html", '<!doctype html><link rel="stylesheet" href="/css/app.css"><h1>Hello</h1>')
    site.write("static/app.css", "h1 {}")
    site.replace(
        "main.py",
        "HEADERS:",
        """count = 0


def compiled(request: Request) -> Response:
    global count
    count += 1
    with open("static/app.css", "w") as file:
        file.write(f"h1 {{ top: {count}px }}")
    return FileResponse("static/app.css")


HEADERS:""",
    )
    site.replace("main.py", "routes = [", 'routes = [\n    Route("/css/app.css", compiled),')
    site.start().visit(page)
    mark(page)
    site.write("static/app.css", "h1 { color: red }")

    detail = wait_until_stopped(page)

    assert "because of static/app.css" in detail
    assert is_same_document(page)


@pytest.mark.parametrize(("saves", "pause_s"), [(25, 0.1), (12, 0.45)])
def test_who_saves_fast_is_no_circle(scripted: Site, page: Page, saves: int, pause_s: float) -> None:
    scripted.start().visit(page)
    mark(page)

    for number in range(saves):
        scripted.write(
            "templates/index.html", f'<!doctype html><script src="/static/app.js"></script><h1>No {number}</h1>'
        )
        time.sleep(pause_s)

    wait(page, f"document.querySelector('h1').textContent === 'No {saves - 1}'")
    assert is_same_document(page)
    assert "stopped" not in scripted.log()
    outcomes = {told["outcome"] for entry in timeline(scripted) for told in entry["pages"]}
    assert outcomes <= {"applied", "nothing"}


def test_who_saves_as_soon_as_the_last_save_is_seen_is_no_circle(scripted: Site, page: Page) -> None:
    scripted.start().visit(page)
    mark(page)

    for number in range(15):
        scripted.replace("templates/index.html", "<h1>", f"<p id=n{number}></p><h1>")
        wait(page, f"document.querySelector('#n{number}') !== null")

    assert is_same_document(page)
    assert status(page)["last"]["outcome"] == "applied"
