"""The same edits in an app of each framework: the page shows them, and keeps what a person has done to it.

The server of a framework is started once. Its process must stay the same, and what it counts must go on.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from .frameworks import DJANGO, FRAMEWORKS, FrameworkSite
from .site import POLL_MS, is_same_document, mark, on_screen, wait

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

DEADLINE_S = 10.0
STATE = """() => ({
    typed: document.getElementById("name").value,
    caret: document.getElementById("name").selectionStart,
    focus: document.activeElement.id,
    ticked: document.getElementById("subscribe").checked,
    open: document.getElementById("more").open,
    words: document.getElementById("words").value,
})"""
USED = {"typed": "typed", "caret": 2, "focus": "name", "ticked": True, "open": True, "words": "a long letter"}


@pytest.fixture(scope="module", params=FRAMEWORKS, ids=lambda framework: framework.name)
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FrameworkSite]:
    site = FrameworkSite(tmp_path_factory.mktemp(request.param.name) / "site", framework=request.param)
    yield site.start()
    site.stop()


@pytest.fixture(scope="module")
def opened(site: FrameworkSite, browser: Browser) -> Iterator[Page]:
    """The page that stays open through all edits, and that a person has done something to."""
    context = browser.new_context()
    page = site.visit(context.new_page())
    page.click("summary")
    page.fill("#words", "a long letter")
    page.check("#subscribe")
    page.fill("#name", "typed")
    page.evaluate("document.getElementById('name').setSelectionRange(2, 2)")
    mark(page)
    yield page
    context.close()


@pytest.fixture
def page(site: FrameworkSite, opened: Page) -> Iterator[Page]:
    """That page; after the edit all of what was done is there, and the process goes on counting."""
    before = remembered(site)

    yield opened

    assert is_same_document(opened)
    assert opened.evaluate(STATE) == USED
    assert remembered(site) == {"pid": before["pid"], "hits": before["hits"] + 1}


def remembered(site: FrameworkSite) -> dict[str, Any]:
    answer: dict[str, Any] = httpx.get(f"{site.url}/state").json()
    return answer


def wait_for_text(page: Page, selector: str, text: str) -> None:
    wait(page, "([s, text]) => document.querySelector(s)?.textContent === text", arg=[selector, text])


def wait_for_status(site: FrameworkSite, path: str, status: int) -> None:
    deadline = time.monotonic() + DEADLINE_S
    while (found := httpx.get(site.url + path).status_code) != status:
        assert time.monotonic() < deadline, f"{path} still answers {found}, expected {status}\n{site.log()}"


def wait_for_pill(page: Page, text: str) -> None:
    deadline = time.monotonic() + DEADLINE_S
    while text not in (shown := on_screen(page)):
        assert time.monotonic() < deadline, f"expected {text!r}, the page says {shown!r}"
        page.wait_for_timeout(POLL_MS)


def wait_for_no_pill(page: Page) -> None:
    deadline = time.monotonic() + DEADLINE_S
    while shown := on_screen(page):
        assert time.monotonic() < deadline, f"the page still says {shown!r}"
        page.wait_for_timeout(POLL_MS)


@pytest.mark.parametrize("part", ["handler", "model", "dependency", "settings"])
def test_an_edit_of_a_part_shows(site: FrameworkSite, page: Page, part: str) -> None:
    if part not in site.framework.parts:
        return
    word = part.capitalize()
    wait_for_text(page, f"#{part}", f"{word} one")
    site.replace(site.framework.parts[part], f"{word} one", f"{word} two")
    wait_for_text(page, f"#{part}", f"{word} two")
    site.replace(site.framework.parts[part], f"{word} two", f"{word} one")
    wait_for_text(page, f"#{part}", f"{word} one")


def test_an_edit_of_the_template_shows(site: FrameworkSite, page: Page) -> None:
    file = "components.py" if site.framework.name == "fasthtml" else "templates/page.html"
    site.replace(file, "Template one", "Template two")
    wait_for_text(page, "h1", "Template two")


def test_a_handler_that_is_reshaped_shows(site: FrameworkSite, page: Page) -> None:
    site.edit(*site.framework.reshaped)
    wait_for_text(page, "#handler", "Handler 7")


def test_a_new_route_answers(site: FrameworkSite, page: Page) -> None:
    assert httpx.get(f"{site.url}/added").status_code == 404
    site.edit(site.framework.added)
    wait_for_status(site, "/added", 200)


def test_a_renamed_route_answers_by_its_new_name_alone(site: FrameworkSite, page: Page) -> None:
    assert httpx.get(f"{site.url}/extra/old").status_code == 200
    site.edit(site.framework.renamed)
    wait_for_status(site, "/extra/renamed", 200)
    assert httpx.get(f"{site.url}/extra/old").status_code == 404


@pytest.mark.parametrize(("line", "problem"), [("def (", "SyntaxError"), ("import no_such_thing", "No module named")])
def test_an_edit_that_breaks_leaves_the_page_and_the_next_good_save_clears_it(
    site: FrameworkSite, page: Page, line: str, problem: str
) -> None:
    shown = page.inner_text("#handler")
    good = (site.folder / site.framework.handlers).read_text()
    (site.folder / site.framework.handlers).write_text(f"{good}\n{line}\n")
    wait_for_pill(page, problem)
    assert page.inner_text("#handler") == shown
    assert httpx.get(site.url).status_code == 200

    (site.folder / site.framework.handlers).write_text(good)
    wait_for_no_pill(page)


def test_a_module_that_is_deleted_is_gone(site: FrameworkSite, page: Page) -> None:
    (path,) = [path for path in ("/extra/old", "/extra/renamed") if httpx.get(site.url + path).status_code == 200]
    site.edit(*site.framework.removed)
    (site.folder / site.framework.extra).unlink()
    wait_for_status(site, path, 404)
    wait_for_no_pill(page)


@pytest.mark.parametrize(
    ("file", "old", "new", "reason"),
    [
        ("mysite/settings.py", "Settings one", "Settings two", "DJANGO_SETTINGS_MODULE"),
        ("pages/models.py", "max_length=100", "max_length=200", "Django model"),
    ],
)
@pytest.mark.parametrize("site", [DJANGO], indirect=True, ids=lambda framework: framework.name)
def test_what_django_reads_once_is_refused_until_it_is_as_before(
    site: FrameworkSite, page: Page, file: str, old: str, new: str, reason: str
) -> None:
    shown = page.inner_text("body")
    site.replace(file, old, new)
    wait_for_pill(page, "restart needed")
    assert reason in on_screen(page)
    assert page.inner_text("body") == shown

    site.replace(file, new, old)
    wait_for_no_pill(page)
