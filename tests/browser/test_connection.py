"""Pages stay in touch: thirty tabs, no WebSocket, a server that is away, hidden, offline, left and returned to."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from .site import (
    CONNECTED,
    is_same_document,
    mark,
    on_screen,
    status,
    wait,
    wait_for_outcome,
    wait_for_reload,
    wait_for_style,
)

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page, Route

    from .site import Site

GREEN, BLUE = "rgb(0, 128, 0)", "rgb(0, 0, 255)"
TABS = 30
WITHOUT_WORKER = "delete window.SharedWorker;"
WITHOUT_LOCKS = WITHOUT_WORKER + "delete Navigator.prototype.locks;"
HIDE = """
    let state = "visible";
    Object.defineProperty(Document.prototype, "visibilityState", { get: () => state });
    Object.defineProperty(Document.prototype, "hidden", { get: () => state === "hidden" });
    window.show = now => {
        state = now ? "visible" : "hidden";
        document.dispatchEvent(new Event("visibilitychange"));
    };
"""


@pytest.fixture
def styled(site: Site) -> Site:
    site.write("static/main.css", "h1 { color: red }")
    site.write(
        "templates/index.html",
        """
        <!doctype html><title>Test</title><link rel="stylesheet" href="/static/main.css">
        <h1>Hello</h1><a href="/on">On</a>
        """,
    )
    site.write("templates/on.html", "<!doctype html><title>On</title><h1>Further on</h1>")
    return site


def clients(page: Page) -> int:
    """How many lines the server holds."""
    number: int = page.evaluate(
        "asgiReload.test().then(({ server }) => Object.values(server.channel.clients).reduce((a, b) => a + b, 0))"
    )
    return number


def wait_for_worker(site: Site) -> None:
    """The worker that asks for the server has to be there before the server goes."""
    deadline = time.monotonic() + 10

    while "/worker.js" not in site.log():
        assert time.monotonic() < deadline, "no worker came"
        time.sleep(0.05)


def test_a_websocket_is_the_first_choice(styled: Site, page: Page) -> None:
    styled.start().visit(page)
    assert status(page)["transport"] == "ws"


def test_a_server_without_websockets_gets_a_stream(styled: Site, page: Page) -> None:
    styled.start("--ws", "none").visit(page)
    assert status(page)["transport"] == "sse, shared worker"

    styled.replace("static/main.css", "red", "green")

    wait_for_style(page, "h1", "color", GREEN)


def test_thirty_tabs_share_one_stream_and_all_follow(styled: Site, context: BrowserContext) -> None:
    styled.configure(transport="sse")
    styled.start()
    tabs = [styled.visit(context.new_page()) for _ in range(TABS)]
    assert clients(tabs[0]) == 1

    styled.replace("static/main.css", "red", "green")

    for tab in tabs:
        wait_for_style(tab, "h1", "color", GREEN)


@pytest.mark.parametrize(
    ("obstacle", "kinds"), [(WITHOUT_WORKER, {"sse, leader", "sse, follower"}), (WITHOUT_LOCKS, {"sse, own"})]
)
def test_tabs_help_themselves_where_there_is_no_worker(
    styled: Site, context: BrowserContext, obstacle: str, kinds: set[str]
) -> None:
    context.add_init_script(obstacle)
    styled.configure(transport="sse")
    styled.start()
    tabs = [styled.visit(context.new_page()) for _ in range(3)]
    assert {status(tab)["transport"] for tab in tabs} == kinds

    styled.replace("static/main.css", "red", "green")
    for tab in tabs:
        wait_for_style(tab, "h1", "color", GREEN)

    tabs.pop(0).close()
    styled.replace("static/main.css", "green", "blue")

    for tab in tabs:
        wait_for_style(tab, "h1", "color", BLUE)


@pytest.mark.parametrize("transport", ["ws", "sse"])
def test_a_tab_that_connects_late_is_told_what_it_missed(styled: Site, context: BrowserContext, transport: str) -> None:
    held: list[Route] = []
    styled.configure(transport=transport)
    styled.start()
    first = styled.visit(context.new_page())
    late = context.new_page()
    late.route("**/client/*/main.js", lambda route: held.append(route))
    late.goto(styled.url)
    mark(late)

    styled.replace("static/main.css", "red", "green")
    wait_for_style(first, "h1", "color", GREEN)
    wait(late, "getComputedStyle(document.querySelector('h1')).color === 'rgb(255, 0, 0)'")
    held[0].continue_()

    wait_for_style(late, "h1", "color", GREEN)
    assert is_same_document(late)


def test_a_policy_without_workers_is_no_obstacle(styled: Site, page: Page) -> None:
    styled.configure(transport="sse")
    styled.headers({"content-security-policy": "worker-src 'none'"})
    styled.start().visit(page)
    assert status(page)["transport"] == "sse, leader"


@pytest.mark.parametrize("transport", ["ws", "sse"])
def test_a_page_reloads_once_when_another_server_answers(styled: Site, page: Page, transport: str) -> None:
    loads: list[str] = []
    styled.configure(transport=transport)
    styled.start().visit(page)
    mark(page)
    page.on("load", lambda loaded: loads.append(loaded.url))

    styled.stop()
    wait(page, "asgiReload.status().pill.includes('reconnecting…')")
    assert "reconnecting…" in on_screen(page)
    assert is_same_document(page)
    styled.start()

    wait_for_reload(page)
    page.wait_for_load_state("load")
    assert loads == [f"{styled.url}/"]
    assert on_screen(page) in ("", "reload: the server was restarted")


def test_a_server_that_is_away_makes_no_noise_in_the_console(styled: Site, page: Page) -> None:
    lines: list[str] = []
    styled.start().visit(page)
    wait_for_worker(styled)
    page.on("console", lambda message: lines.append(message.text))

    styled.stop()
    wait(page, "asgiReload.status().pill.includes('reconnecting…')")

    assert len(lines) <= 1, lines


def test_a_hidden_tab_waits_until_it_is_shown(styled: Site, page: Page) -> None:
    page.add_init_script(HIDE)
    styled.start().visit(page)
    page.evaluate("window.link = document.querySelector('link')")
    page.evaluate("show(false)")

    styled.replace("static/main.css", "red", "blue")
    wait(page, "asgiReload.status().waiting")
    styled.replace("static/main.css", "blue", "green")
    wait(page, "asgiReload.status().seq === 2")
    assert page.evaluate("window.link.isConnected")

    page.evaluate("show(true)")
    wait_for_style(page, "h1", "color", GREEN)
    assert wait_for_outcome(page, "applied")["seq"] == 2


def test_a_hidden_tab_reloads_when_it_is_shown(styled: Site, page: Page) -> None:
    page.add_init_script(HIDE)
    styled.start().visit(page)
    mark(page)
    page.evaluate("show(false)")

    styled.stop()
    wait(page, "!asgiReload.status().connected")
    styled.start()
    assert is_same_document(page)

    page.evaluate("show(true)")
    wait_for_reload(page)


def test_a_page_that_was_offline_catches_up(styled: Site, context: BrowserContext, page: Page) -> None:
    styled.configure(transport="sse")
    page.add_init_script(WITHOUT_LOCKS)
    styled.start().visit(page)
    mark(page)

    context.set_offline(True)
    page.evaluate("asgiReload.reconnect()")
    wait(page, "!asgiReload.status().connected")
    styled.replace("static/main.css", "red", "green")
    wait(page, "asgiReload.status().pill.includes('reconnecting…')")
    context.set_offline(False)

    wait_for_style(page, "h1", "color", GREEN)
    assert is_same_document(page)


@pytest.mark.parametrize("transport", ["ws", "sse"])
def test_a_page_in_the_back_forward_cache_holds_nothing_and_catches_up(
    styled: Site, page: Page, transport: str
) -> None:
    styled.configure(transport=transport)
    styled.start().visit(page)
    mark(page)
    page.click("a")
    wait(page, f"document.title === 'On' && {CONNECTED}")
    assert clients(page) == 1

    styled.replace("static/main.css", "red", "green")
    wait_for_outcome(page, "nothing")
    page.go_back(wait_until="commit")

    wait(page, f"document.title === 'Test' && {CONNECTED}")
    assert is_same_document(page), "it was not kept"
    wait_for_style(page, "h1", "color", GREEN)


def test_a_page_that_returns_to_another_server_is_loaded_anew(styled: Site, page: Page) -> None:
    styled.configure(transport="sse")
    styled.start().visit(page)
    mark(page)
    page.click("a")
    wait(page, f"document.title === 'On' && {CONNECTED}")

    styled.stop()
    wait(page, "!asgiReload.status().connected")
    styled.start()
    wait(page, CONNECTED)
    page.go_back(wait_until="commit")

    wait(page, f"document.title === 'Test' && window.mark === undefined && {CONNECTED}")


def test_only_the_page_itself_is_told_of_its_connection(styled: Site, page: Page) -> None:
    page.add_init_script(
        """window.told = [];
        for (const name of ["connected", "before-update", "updated"])
            document.addEventListener(`asgi-reload:${name}`, event => told.push([name, event.detail]));"""
    )
    styled.start().visit(page)

    styled.replace("static/main.css", "red", "green")
    wait(page, "window.told.length === 3")

    connected, before, updated = page.evaluate("window.told")
    assert connected[1]["transport"] == "ws"
    assert before[1] == {"steps": [{"type": "css", "paths": ["static/main.css"]}], "reason": "main.css changed"}
    assert (updated[1]["outcome"], updated[1]["seq"]) == ("applied", 1)
