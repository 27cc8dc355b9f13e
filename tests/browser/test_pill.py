"""The small thing in the corner: what it says is text, it is in nobody's way, and it can be reached and put away."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from .site import is_same_document, mark, on_screen, press, status, wait, wait_for_outcome, wait_for_reload

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from .site import Site

STRATEGY = """
from asgi_reload import updates


def failing(batch, context):
    return updates.Failure({title!r}, {detail!r}, ("a.txt",))


HEADERS:"""


@pytest.fixture
def quiet(site: Site) -> Site:
    site.write("static/app.js", "")
    site.write(
        "templates/index.html",
        '<!doctype html><title>Test</title><script src="/static/app.js"></script><h1>Hello</h1><input id=last>',
    )
    return site


def fail_with(site: Site, title: str, detail: str) -> None:
    """Let a strategy of the app tell this failure at the next save of a.txt."""
    site.write("static/a.txt", "1")
    site.replace("main.py", "HEADERS:", STRATEGY.format(title=title, detail=detail))
    site.replace("main.py", "Starlette(routes=routes))", "Starlette(routes=routes), strategies=[failing])")


def test_what_an_error_says_stays_text(quiet: Site, page: Page) -> None:
    evil = "</script><img src=x onerror=window.hacked=1>\u202egnp.exe\x1b[2J"
    fail_with(quiet, evil, evil * 3)
    quiet.start().visit(page)
    elements = page.evaluate("document.querySelectorAll('*').length")

    quiet.write("static/a.txt", "2")
    wait_for_outcome(page, "failed")

    shown = on_screen(page)
    assert "</script><img src=x onerror=window.hacked=1>\\u202egnp.exe\\u001b[2J" in shown
    assert page.evaluate("window.hacked") is None
    assert page.evaluate("document.querySelectorAll('*').length") == elements + 1, "more than the pill itself"


def test_a_message_of_a_megabyte_is_cut(quiet: Site, page: Page) -> None:
    fail_with(quiet, "too much", "x" * 1_000_000)
    quiet.start().visit(page)

    quiet.write("static/a.txt", "2")
    wait_for_outcome(page, "failed")

    assert 1000 < len(on_screen(page)) < 70_000


def test_escape_puts_a_failure_away_until_the_next(quiet: Site, page: Page) -> None:
    fail_with(quiet, "it broke", "line 1\nline 2")
    quiet.start().visit(page)
    quiet.write("static/a.txt", "2")
    wait_for_outcome(page, "failed")
    assert "line 1\nline 2" in on_screen(page)

    page.keyboard.press("Escape")
    assert on_screen(page) == ""
    assert status(page)["failure"] == {"title": "it broke", "detail": "line 1\nline 2"}

    quiet.write("static/a.txt", "3")
    wait(page, "asgiReload.status().pill.includes('it broke')")


def test_it_stands_beside_the_body_and_says_so_to_every_merge(quiet: Site, page: Page) -> None:
    quiet.start().visit(page)
    page.evaluate("void asgiReload.test()")
    wait(page, "document.documentElement.lastElementChild !== document.body")

    marks = page.evaluate("document.documentElement.lastElementChild.getAttributeNames()")

    assert set(marks) >= {"data-turbo-permanent", "data-ignore-morph", "hx-morph-skip", "im-preserve"}
    assert page.evaluate("document.documentElement.lastElementChild.dataset.asgiReload") == "off"
    assert page.evaluate("document.documentElement.lastElementChild.shadowRoot") is None


def test_it_is_not_printed(quiet: Site, page: Page) -> None:
    quiet.start().visit(page)
    page.evaluate("void asgiReload.test()")
    wait(page, "document.documentElement.lastElementChild !== document.body")

    page.emulate_media(media="print")

    assert page.evaluate("getComputedStyle(document.documentElement.lastElementChild).display") == "none"


def test_a_page_that_styles_everything_does_not_hide_it(quiet: Site, page: Page) -> None:
    quiet.replace("templates/index.html", "<h1>", "<style>* { display: none !important; all: unset }</style><h1>")
    quiet.start().visit(page)
    page.evaluate("void asgiReload.test()")
    wait(page, "document.documentElement.lastElementChild !== document.body")

    style = page.evaluate(
        "(({ display, position, zIndex }) => [display, position, zIndex])"
        "(getComputedStyle(document.documentElement.lastElementChild))"
    )

    assert style == ["block", "fixed", "2147483647"]


def test_the_offer_can_be_taken_by_keyboard(quiet: Site, page: Page) -> None:
    quiet.start().visit(page)
    mark(page)
    page.fill("#last", "typed")
    quiet.write("static/app.js", "window.version = 2")
    wait_for_outcome(page, "offered")

    page.focus("#last")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    wait_for_reload(page)
    assert page.evaluate("window.version") == 2


def test_the_offer_can_be_declined(quiet: Site, page: Page) -> None:
    quiet.start().visit(page)
    mark(page)
    page.fill("#last", "typed")
    quiet.write("static/app.js", "window.version = 2")
    wait_for_outcome(page, "offered")

    press(page, "Hide")

    assert on_screen(page) == ""
    assert is_same_document(page)
