"""The small thing in the corner: what it says is text, it is in nobody's way, and it can be reached and put away."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from .looks import OPEN_ROOTS, keep, violations
from .site import (
    SHOWN,
    is_same_document,
    mark,
    on_screen,
    press,
    status,
    wait,
    wait_for_outcome,
    wait_for_reload,
    wait_for_words,
)

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

    from .site import Site

STRATEGY = """
from asgi_reload import updates


def failing(batch, context):
    return updates.Failure({title!r}, {detail!r}, ("a.txt",))


HEADERS:"""


DOT = "document.querySelector('[data-corner]')"


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """A page that lets a test into our shadow roots."""
    page = context.new_page()
    page.add_init_script(OPEN_ROOTS)
    return page


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
    elements = page.evaluate("document.querySelectorAll(':not([data-asgi-reload=off])').length")

    quiet.write("static/a.txt", "2")
    shown = wait_for_words(page, "Esc")

    assert "</script><img src=x onerror=window.hacked=1>\\u202egnp.exe\\u001b[2J" in shown
    assert page.evaluate("window.hacked") is None
    assert page.evaluate("document.querySelectorAll(':not([data-asgi-reload=off])').length") == elements


def test_a_message_of_a_megabyte_is_cut(quiet: Site, page: Page) -> None:
    fail_with(quiet, "too much", "x" * 1_000_000)
    quiet.start().visit(page)

    quiet.write("static/a.txt", "2")

    assert len(wait_for_words(page, "Esc")) < 70_000


def test_without_the_overlay_a_failure_is_told_in_the_pill_until_it_is_read(quiet: Site, page: Page) -> None:
    quiet.env = {**SHOWN, "ASGI_RELOAD_OVERLAY": "0"}
    fail_with(quiet, "it broke", "line 1\nline 2")
    quiet.start().visit(page)
    quiet.write("static/a.txt", "2")
    wait_for_words(page, "1 error: it broke")
    page.locator("#toggle").click()
    wait_for_words(page, "line 1\nline 2")

    page.keyboard.press("Escape")
    assert on_screen(page) == ""
    assert status(page)["failure"] == {"title": "it broke", "detail": "line 1\nline 2"}

    quiet.write("static/a.txt", "3")
    wait(page, "asgiReload.status().pill.includes('1 error: it broke')")


def test_it_stands_beside_the_body_and_says_so_to_every_merge(quiet: Site, page: Page) -> None:
    quiet.start().visit(page)
    page.evaluate("void asgiReload.test()")
    wait(page, "document.documentElement.lastElementChild !== document.body")

    marks = page.evaluate("document.documentElement.lastElementChild.getAttributeNames()")

    assert set(marks) >= {"data-turbo-permanent", "data-ignore-morph", "hx-morph-skip", "im-preserve"}
    assert page.evaluate("document.documentElement.lastElementChild.dataset.asgiReload") == "off"


def test_it_is_closed_to_the_scripts_of_the_page(quiet: Site, context: BrowserContext) -> None:
    page = quiet.start().visit(context.new_page())
    wait(page, DOT)

    assert page.evaluate(f"{DOT}.shadowRoot") is None


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

    assert style == ["block", "fixed", "2147483646"]


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


def test_it_is_a_dot_that_says_how_things_are(quiet: Site, page: Page) -> None:
    quiet.start().visit(page)
    dot = page.get_by_role("button", name="asgi-reload: all is well")
    expect(dot).to_have_attribute("aria-expanded", "false")
    assert on_screen(page) == ""
    box = dot.bounding_box()
    assert box is not None
    assert box["width"] < 32

    page.evaluate("asgiReload.pause()")
    expect(page.get_by_role("button", name="asgi-reload: paused")).to_have_text("paused")
    page.evaluate("asgiReload.resume()")
    expect(dot).to_be_visible()


def test_it_tells_what_an_update_did_and_for_how_long_it_took(quiet: Site, page: Page) -> None:
    quiet.start().visit(page)

    quiet.replace("templates/index.html", "Hello", "Goodbye")

    shown = wait_for_words(page, "patch index.html")
    assert re.fullmatch(r"updated in \d+ ms: patch index\.html", shown)
    wait(page, "asgiReload.status().pill.length === 0")
    page.locator("#toggle").hover()
    assert shown in wait_for_words(page, "connected (ws)")


def test_it_says_after_a_reload_why_that_was(quiet: Site, page: Page) -> None:
    quiet.start().visit(page)
    mark(page)

    quiet.write("static/app.js", "window.version = 2")
    wait_for_reload(page)

    wait_for_words(page, "reload: app.js is a script")
    page.reload()
    wait(page, DOT)
    assert on_screen(page) == "", "said once"


def test_hover_and_focus_open_its_panel_and_escape_closes_it(quiet: Site, page: Page) -> None:
    quiet.start().visit(page)
    wait(page, DOT)
    page.focus("#last")

    expect(page.locator("#panel")).to_be_hidden()
    page.keyboard.press("Tab")
    expect(page.locator("#panel")).to_be_visible()
    expect(page.get_by_role("link", name="Dashboard")).to_have_attribute("href", "/__reload__/")
    page.keyboard.press("Escape")
    expect(page.locator("#panel")).to_be_hidden()

    page.locator("#toggle").hover()
    expect(page.locator("#panel")).to_be_visible()
    page.get_by_role("button", name="Pause").click()
    assert status(page)["paused"]
    page.get_by_role("button", name="Resume").click()
    assert not status(page)["paused"]
    page.mouse.move(5, 5)
    expect(page.locator("#panel")).to_be_hidden()


def test_it_is_dragged_to_another_corner_and_stays_there(quiet: Site, page: Page) -> None:
    quiet.start().visit(page)
    dot = page.locator("#toggle")
    box = dot.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 10, box["y"] + 10)
    page.mouse.down()
    page.mouse.move(200, 200, steps=4)
    page.mouse.move(60, 80)
    page.mouse.up()

    wait(page, f"{DOT}.dataset.corner === 'top-left'")
    page.reload()
    wait(page, DOT)

    box = dot.bounding_box()
    assert box is not None
    assert (box["x"], box["y"]) == (12, 12)
    dot.hover()
    page.get_by_role("button", name="Move to the next corner").click()
    wait(page, f"{DOT}.dataset.corner === 'top-right'")


def test_one_key_hides_it_for_the_tab_and_it_says_so(quiet: Site, page: Page) -> None:
    quiet.start().visit(page)
    page.locator("#toggle").hover()
    wait_for_words(page, "Alt+Shift+R")

    page.get_by_role("button", name="Hide (Alt+Shift+R)").click()
    wait(page, f"{DOT} === null")
    quiet.visit(page)
    page.evaluate("void asgiReload.test()")
    wait(page, "asgiReload.status().pill.length === 1")
    assert page.evaluate(DOT) is None

    page.keyboard.press("Alt+Shift+R")
    wait(page, DOT)


@pytest.mark.parametrize("env", [{}, {**SHOWN, "ASGI_RELOAD_PILL": "0"}], ids=["driven by a program", "off"])
def test_it_stays_away_where_it_is_not_wanted(quiet: Site, page: Page, env: dict[str, str]) -> None:
    quiet.env = env
    quiet.start().visit(page)

    quiet.replace("templates/index.html", "Hello", "Goodbye")
    wait(page, "asgiReload.status().pill.join().includes('patch index.html')")

    assert page.evaluate(DOT) is None


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_is_accessible(quiet: Site, page: Page, scheme: Any) -> None:
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    quiet.write(
        "templates/index.html",
        '<!doctype html><html lang="en"><title>Test</title><script src="/static/app.js"></script>'
        "<main><h1>Hello</h1><input id=last aria-label=Name></main>",
    )
    quiet.start().visit(page)
    page.fill("#last", "typed")
    quiet.write("static/app.js", "window.version = 2")
    wait_for_outcome(page, "offered")
    page.locator("#toggle").hover()
    wait_for_words(page, "Dashboard")

    keep(page, f"pill-{scheme}")

    assert violations(page) == []
    expect(page.get_by_role("group", name="asgi-reload")).to_match_aria_snapshot("""
      - paragraph: /offered/
      - paragraph: connected (ws)
      - link "Dashboard"
      - button "Pause"
      - button "Move to the next corner"
      - button "Hide (Alt+Shift+R)"
      - paragraph
      - text: /update ready/
      - button "Reload"
      - button "Hide"
      - 'button "asgi-reload: all is well"'
      - status: /update ready/
    """)
