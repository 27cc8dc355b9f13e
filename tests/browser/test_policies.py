"""Pages that forbid much, or have put something of their own in the place of what a browser has."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from .site import CONNECTED, is_same_document, mark, status, wait, wait_for_outcome, wait_for_reload, wait_for_style

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from .site import Site

GREEN = "rgb(0, 128, 0)"
SELF = "default-src 'self'"
NONCE = "default-src 'none'; script-src 'nonce-abc'; style-src 'nonce-abc'; img-src 'self'; connect-src 'self'"
STRICT = "script-src 'nonce-abc' 'strict-dynamic'; style-src 'nonce-abc'; object-src 'none'; base-uri 'none'"
TRUSTED = "require-trusted-types-for 'script'"


def write(site: Site) -> None:
    site.write("static/main.css", "h1 { color: red }")
    site.write("static/app.js", "window.version = 1")
    site.write("static/a.svg", '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"></svg>')
    site.write(
        "templates/index.html",
        """
        <!doctype html><html><head><title>Test</title>
        <link rel="stylesheet" href="/static/main.css" nonce="abc"><script src="/static/app.js" nonce="abc"></script>
        </head><body><h1>Old</h1><img src="/static/a.svg" alt=""></body></html>
        """,
    )


@pytest.mark.parametrize(
    ("policy", "transport"),
    [
        pytest.param(SELF, "ws", id="self"),
        pytest.param(NONCE, "sse", id="nonce"),
        pytest.param(STRICT, "ws", id="strict-dynamic"),
        pytest.param(TRUSTED, "ws", id="trusted types"),
        pytest.param(TRUSTED, "sse", id="trusted types, stream"),
    ],
)
def test_every_strategy_works_under_a_strict_policy(site: Site, page: Page, policy: str, transport: str) -> None:
    complaints: list[str] = []
    write(site)
    site.configure(transport=transport)
    site.headers({"content-security-policy": policy})
    page.on("pageerror", lambda error: complaints.append(str(error)))
    site.start().visit(page)
    mark(page)

    site.replace("static/main.css", "red", "green")
    wait_for_style(page, "h1", "color", GREEN)
    site.replace("static/a.svg", 'width="9"', 'width="12"')
    wait(page, "document.images[0].naturalWidth === 12")
    site.replace("templates/index.html", "Old", "New")
    wait(page, "document.querySelector('h1').textContent === 'New'")
    assert is_same_document(page)
    site.replace("static/app.js", "1", "2")
    wait_for_reload(page)

    assert page.evaluate("window.version") == 2
    assert complaints == []


@pytest.mark.parametrize(
    "stub",
    [
        "window.WebSocket = undefined",
        "window.WebSocket = class { constructor() { throw new Error('not here') } }",
        "window.WebSocket = class {}",
    ],
)
def test_a_page_without_a_real_websocket_gets_a_stream(site: Site, page: Page, stub: str) -> None:
    write(site)
    page.add_init_script(stub)
    site.start().visit(page)

    assert status(page)["transport"] == "sse, shared worker"


def test_a_page_without_storage_works(site: Site, page: Page) -> None:
    write(site)
    page.add_init_script("Object.defineProperty(window, 'sessionStorage', { get() { throw new Error('no') } })")
    site.start().visit(page)

    site.replace("static/app.js", "1", "2")
    wait(page, f"window.version === 2 && {CONNECTED}")


def test_a_page_that_replaces_its_whole_body_is_still_told(site: Site, page: Page) -> None:
    write(site)
    site.start().visit(page)
    page.evaluate("document.documentElement.replaceChildren(document.head, document.createElement('body'))")

    site.replace("static/main.css", "red", "green")

    wait_for_outcome(page, "applied")
    assert "css main.css" in "".join(status(page)["pill"])
