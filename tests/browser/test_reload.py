"""What can only be had by loading the page anew, and when that is offered rather than done."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from .site import CONNECTED, is_same_document, mark, on_screen, press, wait, wait_for_outcome, wait_for_reload

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from .site import Site

PAGE = """
    <!doctype html><title>Test</title><style>body { height: 3000px }</style><script src="/static/app.js"></script>
    <h1>{{ request.method }}</h1><form method="post"><input id="name" name="name"><button>Send</button></form>
"""


@pytest.fixture
def scripted(site: Site) -> Site:
    site.write("static/app.js", "window.version = 1")
    site.write("templates/index.html", PAGE)
    return site.start()


def save_script(site: Site, version: int) -> None:
    site.write("static/app.js", f"window.version = {version}")


def test_a_script_is_announced_and_the_reload_keeps_the_scroll_position(scripted: Site, page: Page) -> None:
    scripted.visit(page)
    mark(page)
    page.evaluate("scrollTo(0, 700)")

    save_script(scripted, 2)

    wait(page, "asgiReload.status().pill.includes('reloading: app.js is a script')")
    assert "reloading: app.js is a script" in on_screen(page)
    wait_for_reload(page)
    assert page.evaluate("window.version") == 2
    wait(page, "scrollY === 700")


def test_a_page_that_came_from_post_is_offered_the_reload(scripted: Site, page: Page) -> None:
    scripted.visit(page)
    page.click("button")
    wait(page, CONNECTED)
    assert page.inner_text("h1") == "POST"
    mark(page)

    save_script(scripted, 2)

    wait_for_outcome(page, "offered")
    assert "this page came from POST" in on_screen(page)
    assert is_same_document(page)


def test_a_form_with_unsent_input_is_not_thrown_away(scripted: Site, page: Page) -> None:
    scripted.visit(page)
    mark(page)
    page.fill("#name", "typed")

    save_script(scripted, 2)
    wait_for_outcome(page, "offered")

    assert "a form has unsent input" in on_screen(page)
    assert is_same_document(page)
    assert page.input_value("#name") == "typed"

    press(page, "Reload")
    wait_for_reload(page)
    assert page.evaluate("window.version") == 2


def test_what_is_typed_during_the_notice_is_kept_too(scripted: Site, page: Page) -> None:
    scripted.visit(page)
    mark(page)

    save_script(scripted, 2)
    wait(page, "asgiReload.status().pill.join().includes('reloading')")
    page.fill("#name", "typed")

    wait(page, "asgiReload.status().pill.join().includes('unsent input')")
    assert is_same_document(page)


def test_a_page_that_cannot_be_rendered_is_not_reloaded_into_its_error(scripted: Site, page: Page) -> None:
    scripted.visit(page)
    mark(page)
    scripted.write("templates/index.html", "{% if %}")
    wait_for_outcome(page, "failed")

    save_script(scripted, 2)

    wait_for_outcome(page, "offered")
    assert "the server cannot render this page now" in on_screen(page)
    assert is_same_document(page)
    assert page.inner_text("h1") == "GET"


def test_an_app_may_say_not_now(scripted: Site, page: Page) -> None:
    scripted.visit(page)
    mark(page)
    page.evaluate(
        """document.addEventListener("asgi-reload:before-update", event => {
            window.asked = event.detail;
            event.preventDefault();
        }, { once: true })"""
    )

    save_script(scripted, 2)

    wait_for_outcome(page, "refused")
    assert page.evaluate("window.asked.reason") == "app.js is a script"
    assert page.evaluate("window.asked.steps[0].type") == "reload"
    assert "update ready" in on_screen(page)
    assert is_same_document(page)


def test_a_paused_page_does_it_all_when_it_goes_on(scripted: Site, page: Page) -> None:
    scripted.visit(page)
    mark(page)
    page.evaluate("asgiReload.pause()")

    save_script(scripted, 2)
    wait(page, "asgiReload.status().waiting")
    assert is_same_document(page)

    page.evaluate("asgiReload.resume()")
    wait_for_reload(page)
    assert page.evaluate("window.version") == 2
