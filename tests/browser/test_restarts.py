"""Somebody else restarts the server, `uvicorn --reload` or a person: pages reload when the new one answers, once."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

import pytest

from .site import CONNECTED, mark, on_screen, status, wait, wait_for_reload

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page, WebSocketRoute

    from .site import Site

APP = """
from starlette.responses import HTMLResponse, Response

from asgi_reload import ReloadMiddleware

VERSION = 0
PAGE = '''
    <!doctype html><title>Test</title>
    <script>sessionStorage.loads = Number(sessionStorage.loads ?? 0) + 1</script><h1>Version {}</h1>
'''


async def site(scope, receive, send):
    answer = Response() if scope["path"] == "/favicon.ico" else HTMLResponse(PAGE.format(VERSION))
    await answer(scope, receive, send)


app = ReloadMiddleware(site)
"""
RESTARTS = 20
SAID = "reload: the server was restarted"
AWAY_S = 3.0
QUIET_MS = 1000
WITHOUT_SOCKETS = "delete window.WebSocket;"
TRANSPORTS = ["ws", "sse"]


@pytest.fixture
def versioned(site: Site) -> Site:
    site.write("main.py", APP)
    return site


def loads(page: Page) -> int:
    """How often this tab has loaded its page."""
    number: int = page.evaluate("Number(sessionStorage.loads)")
    return number


def open_page(site: Site, context: BrowserContext, transport: str) -> Page:
    page = context.new_page()

    if transport == "sse":
        page.add_init_script(WITHOUT_SOCKETS)

    site.visit(page)
    assert status(page)["transport"].startswith(transport)
    return page


@pytest.mark.timeout(180)
def test_pages_reload_once_for_each_of_twenty_restarts(versioned: Site, context: BrowserContext) -> None:
    versioned.start("--reload", "--reload-delay", "0.05")
    pages = [open_page(versioned, context, transport) for transport in TRANSPORTS]

    for version in range(1, RESTARTS + 1):
        versioned.replace("main.py", f"VERSION = {version - 1}\n", f"VERSION = {version}\n")

        for page in pages:
            wait(page, f"document.querySelector('h1')?.textContent === 'Version {version}' && {CONNECTED}")

    pages[0].wait_for_timeout(QUIET_MS)  # a reload too many would come now
    assert [loads(page) for page in pages] == [1 + RESTARTS] * len(pages)
    assert {on_screen(page) for page in pages} <= {"", SAID}


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_a_server_that_was_killed_is_followed_when_it_is_back(
    versioned: Site, context: BrowserContext, transport: str
) -> None:
    versioned.start()
    page = open_page(versioned, context, transport)
    mark(page)

    versioned.stop()
    versioned.replace("main.py", "VERSION = 0\n", "VERSION = 1\n")
    time.sleep(AWAY_S)
    versioned.start()
    wait_for_reload(page)

    page.wait_for_timeout(QUIET_MS)
    assert loads(page) == 2
    assert page.inner_text("h1") == "Version 1"
    assert on_screen(page) in ("", SAID)


def test_a_server_that_keeps_the_token_and_has_another_life_is_followed(versioned: Site, page: Page) -> None:
    # As behind a proxy, of which another server has taken the place.
    lines: list[WebSocketRoute] = []

    def stand_in(line: WebSocketRoute) -> None:
        lines.append(line)
        server = line.connect_to_server()
        server.on_message(lambda text: line.send(of_another_life(text) if len(lines) == 2 else text))

    page.route_web_socket("**/ws?*", stand_in)
    versioned.start().visit(page)
    mark(page)

    page.evaluate("asgiReload.reconnect()")
    wait_for_reload(page)

    page.wait_for_timeout(QUIET_MS)
    assert loads(page) == 2
    assert len(lines) == 3


def of_another_life(text: str | bytes) -> str:
    message = json.loads(text)
    return json.dumps({**message, "boot": "0123456789abcdef"} if message["type"] == "hello" else message)
