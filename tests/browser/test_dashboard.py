"""The dashboard at the prefix: it shows what the server does while it does it, and its buttons do what they say."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import httpx
import pytest

from ..crowd import crowd
from ..pages import listening
from .looks import keep, violations
from .site import is_same_document, mark, wait, wait_for_reload, wait_for_style

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Locator, Page, Route

    from .site import Site

COMMAND = "asgi-reload"
PAGE = '<!doctype html><title>Shop</title><link rel=stylesheet href="/static/shop.css"><h1>{}</h1>'
EVIL = "<img src=x onerror=window.hacked=1>"
PAGES = 200
REQUESTS_A_SECOND = 4
MOST_RELOADS = 5


@pytest.fixture
def shop(site: Site) -> Site:
    for name in ("index", "basket"):
        site.write(f"templates/{name}.html", PAGE.format(name))
    site.write("static/shop.css", "h1 { color: red }")
    return site


@pytest.fixture
def dashboard(page: Page) -> Iterator[Page]:
    """A page whose console has to stay clean: no violation of its policy, no error."""
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    yield page
    assert not [error for error in errors if "ERR_CONNECTION_REFUSED" not in error]


def open_dashboard(site: Site, dashboard: Page) -> Page:
    dashboard.goto(f"{site.url}/__reload__/")
    dashboard.get_by_text("live by").wait_for()
    dashboard.locator("#facts dt").first.wait_for()
    return dashboard


def saves(dashboard: Page) -> Locator:
    return dashboard.locator(".save:visible")


def newest(dashboard: Page, text: str) -> Locator:
    """The newest save, when it is the one that says this."""
    row = saves(dashboard).first
    row.filter(has_text=text).wait_for()
    return row


def page_row(dashboard: Page, path: str) -> Locator:
    return dashboard.locator("#pages tbody tr").filter(has=dashboard.get_by_text(path, exact=True))


def recolour(site: Site, page: Page, colour: str, shown: str) -> None:
    site.write("static/shop.css", f"h1 {{ color: {colour} }}")
    wait_for_style(page, "h1", "color", shown)


def test_a_save_appears_as_it_happens_with_what_came_of_it_and_why(shop: Site, dashboard: Page) -> None:
    shop.start()
    index = shop.visit(dashboard.context.new_page())
    open_dashboard(shop, dashboard)
    mark(dashboard)

    recolour(shop, index, "blue", "rgb(0, 0, 255)")

    row = newest(dashboard, "static/shop.css")
    assert row.locator(".chip").all_text_contents() == ["css"]
    row.locator("summary").click()
    told = httpx.get(f"{shop.url}/__reload__/status").json()["timeline"][0]["line"]
    row.locator(".told", has_text=told).wait_for()
    stages = row.get_by_role("table", name="What took how long")
    stages.get_by_text("on screen").wait_for()
    assert stages.get_by_role("rowheader").all_text_contents() == ["settled", "decided", "published", "on screen"]
    (ack,) = row.locator(".acks tbody tr").all()
    assert ack.get_by_role("rowheader").text_content() == "/"
    assert "updated" in (ack.text_content() or "")
    assert is_same_document(dashboard)


def test_bars_are_to_scale(shop: Site, dashboard: Page) -> None:
    shop.start()
    index = shop.visit(dashboard.context.new_page())
    open_dashboard(shop, dashboard)
    recolour(shop, index, "blue", "rgb(0, 0, 255)")
    row = newest(dashboard, "static/shop.css")
    row.locator("summary").click()
    row.locator(".stages tbody tr").nth(3).wait_for()

    figures = dashboard.evaluate(
        """() => [...document.querySelectorAll(".stages tbody .stage")].map((bar) => ({
            ms: Number(bar.style.getPropertyValue("--ms")),
            width: bar.getBoundingClientRect().width,
            start: bar.getBoundingClientRect().left - bar.parentElement.getBoundingClientRect().left }))"""
    )
    track = row.locator(".track").first.evaluate(
        "cell => cell.clientWidth - parseFloat(getComputedStyle(cell).paddingRight)"
    )
    whole = sum(figure["ms"] for figure in figures)
    before = 0.0
    for figure in figures:
        assert figure["width"] == pytest.approx(max(2, track * figure["ms"] / whole), abs=1.5)
        assert figure["start"] == pytest.approx(track * before / whole, abs=1.5)
        before += figure["ms"]


def test_pages_are_listed_as_they_come_and_go(shop: Site, dashboard: Page) -> None:
    shop.start()
    open_dashboard(shop, dashboard)
    dashboard.get_by_text("No page is open").wait_for()

    basket = shop.visit(dashboard.context.new_page(), "/basket")
    row = page_row(dashboard, "/basket")
    row.wait_for()
    assert "Chromium" in row.inner_text()
    assert "WebSocket" in row.inner_text()
    assert "none yet" in row.inner_text()

    recolour(shop, basket, "blue", "rgb(0, 0, 255)")
    row.get_by_text("updated", exact=True).wait_for()

    basket.close()
    row.wait_for(state="detached")
    dashboard.get_by_text("No page is open").wait_for()


def test_the_button_of_a_page_reloads_that_page_and_no_other(shop: Site, dashboard: Page) -> None:
    shop.start()
    index, basket = (shop.visit(dashboard.context.new_page(), path) for path in ("/", "/basket"))
    mark(index)
    mark(basket)
    open_dashboard(shop, dashboard)

    dashboard.get_by_role("button", name="Reload this one: /basket").click()

    wait_for_reload(basket)
    assert is_same_document(index)


def test_all_pages_reload_at_once(shop: Site, dashboard: Page) -> None:
    shop.start()
    pages = [shop.visit(dashboard.context.new_page(), path) for path in ("/", "/basket")]
    for one in pages:
        mark(one)
    open_dashboard(shop, dashboard)

    dashboard.get_by_role("button", name="Reload all pages").click()

    for one in pages:
        wait_for_reload(one)


def test_a_save_waits_while_paused(shop: Site, dashboard: Page) -> None:
    shop.start()
    index = shop.visit(dashboard.context.new_page())
    open_dashboard(shop, dashboard)

    dashboard.get_by_role("button", name="Pause").click()
    dashboard.get_by_text("paused: saves wait").wait_for()
    shop.write("static/shop.css", "h1 { color: blue }")
    wait(index, "new Promise(resolve => setTimeout(() => resolve(true), 400))")
    assert index.locator("h1").evaluate("h1 => getComputedStyle(h1).color") == "rgb(255, 0, 0)"
    assert saves(dashboard).count() == 0

    dashboard.get_by_role("button", name="Resume").click()
    wait_for_style(index, "h1", "color", "rgb(0, 0, 255)")
    newest(dashboard, "static/shop.css")


def test_a_filter_finds_paths_rungs_and_words_and_what_is_shown_is_exported(shop: Site, dashboard: Page) -> None:
    shop.start()
    index = shop.visit(dashboard.context.new_page())
    open_dashboard(shop, dashboard)
    recolour(shop, index, "blue", "rgb(0, 0, 255)")
    newest(dashboard, "static/shop.css")
    shop.write("templates/index.html", PAGE.format("new"))
    newest(dashboard, "templates/index.html")
    box = dashboard.get_by_role("searchbox")

    for words, found in [
        ("shop.css", ["static/shop.css"]),
        ("PATCH index", ["templates/index.html"]),
        ("css", ["static/shop.css"]),
        ("nothing such", []),
    ]:
        box.fill(words)
        assert saves(dashboard).locator(".what").all_text_contents() == found, words

    box.fill("css")
    assert dashboard.locator("#timeline .count").inner_text() == "1 of 2"
    with dashboard.expect_download() as download:
        dashboard.get_by_role("button", name="Export JSON").click()
    exported = json.loads(Path(download.value.path()).read_text())
    (save,) = exported["saves"]
    assert save == httpx.get(f"{shop.url}/__reload__/status").json()["timeline"][1]
    assert exported["filter"] == "css"


def test_a_new_save_is_filtered_too(shop: Site, dashboard: Page) -> None:
    shop.start()
    index = shop.visit(dashboard.context.new_page())
    open_dashboard(shop, dashboard)
    dashboard.get_by_role("searchbox").fill("index.html")

    recolour(shop, index, "blue", "rgb(0, 0, 255)")

    dashboard.get_by_text("0 of 1").wait_for()
    assert saves(dashboard).count() == 0


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("debug.log", "debug.log is ignored: *.log."),
        ("static/shop.css", "static/shop.css is watched."),
        ("/etc/passwd", "/etc/passwd is ignored: outside the watched paths."),
        (EVIL, f"{EVIL} is watched."),
    ],
)
def test_a_box_tells_why_a_file_is_ignored(path: str, said: str, shop: Site, dashboard: Page) -> None:
    shop.configure(ignore=["*.log"])
    open_dashboard(shop.start(), dashboard)

    dashboard.get_by_label("Why was this file ignored?").get_by_role("textbox").fill(path)
    dashboard.keyboard.press("Enter")

    answer = dashboard.locator("#ignored-answer:not(:empty)")
    answer.wait_for()
    assert answer.text_content() == said


def test_a_new_worker_takes_over(shop: Site, dashboard: Page) -> None:
    shop.replace("main.py", "app = ReloadMiddleware(Starlette(routes=routes))", "app = Starlette(routes=routes)")
    shop.start(server=COMMAND)
    shop.visit(dashboard.context.new_page())
    open_dashboard(shop, dashboard)
    dashboard.get_by_text("hot workers").wait_for()
    before = httpx.get(f"{shop.url}/__reload__/status").json()["workers"]["current"]

    dashboard.get_by_role("button", name="New worker").click()

    newest(dashboard, "new worker")
    dashboard.get_by_text(f"process {before}", exact=True).wait_for(state="detached")


def test_where_there_are_no_workers_the_button_says_so(shop: Site, dashboard: Page) -> None:
    open_dashboard(shop.start(), dashboard)
    button = dashboard.get_by_role("button", name="New worker")

    assert button.is_disabled()
    assert button.get_attribute("title") == "only the asgi-reload command runs workers"
    assert dashboard.get_by_text("in place").is_visible()


def test_a_problem_is_there_until_it_is_healed_and_opens_to_its_lines(shop: Site, dashboard: Page) -> None:
    shop.start()
    index = shop.visit(dashboard.context.new_page())
    open_dashboard(shop, dashboard)
    assert dashboard.get_by_text("all is well").is_visible()

    shop.write("templates/index.html", "{{ 1 / 0 }}")
    index.goto(shop.url)

    dashboard.get_by_text("1 problem", exact=True).wait_for()
    problem = dashboard.locator("#problems li").first
    problem.locator("summary").first.click()
    assert "ZeroDivisionError" in problem.locator(".title").inner_text()
    assert "GET /" in problem.locator(".where").inner_text()
    problem.get_by_text("return templates.TemplateResponse").first.wait_for()

    shop.write("templates/index.html", PAGE.format("healed"))
    dashboard.get_by_text("all is well").wait_for()
    assert not dashboard.locator("#problems").is_visible()


def test_it_waits_for_the_server_and_comes_back_by_itself(shop: Site, dashboard: Page) -> None:
    shop.start()
    index = shop.visit(dashboard.context.new_page())
    open_dashboard(shop, dashboard)
    recolour(shop, index, "blue", "rgb(0, 0, 255)")
    newest(dashboard, "static/shop.css")
    mark(dashboard)

    shop.stop()
    dashboard.get_by_text("reconnecting…").wait_for()
    shop.start()

    wait(dashboard, "window.mark === undefined && document.querySelector('#line')?.innerText.includes('live by')")
    shop.write("templates/index.html", PAGE.format("new"))
    newest(dashboard, "templates/index.html")
    # What was seen before is kept: the session is the developer's, not the server's.
    assert saves(dashboard).locator(".what").all_text_contents() == ["templates/index.html", "static/shop.css"]


def test_it_does_not_turn_in_a_circle_where_servers_answer_by_turns(shop: Site, page: Page) -> None:
    def of_another_life(route: Route) -> None:
        answer = route.fetch()
        boot = httpx.get(f"{shop.url}/__reload__/status").json()["boot"]
        route.fulfill(response=answer, body=answer.text().replace(boot, "another"))

    shop.start()
    page.route("**/__reload__/", of_another_life)
    loads: list[str] = []
    page.on("load", lambda loaded: loads.append(loaded.url))
    page.goto(f"{shop.url}/__reload__/")

    page.get_by_text("several servers answer here by turns").wait_for()
    assert len(loads) == MOST_RELOADS + 1


def test_what_is_kept_has_a_bound(shop: Site, dashboard: Page) -> None:
    open_dashboard(shop.start(), dashboard)
    entry = {"seq": 1, "changes": [], "more": 0, "steps": [], "problems": [], "python": None, "pages": [], "line": "x"}
    kept = dashboard.evaluate(
        """async (entry) => {
            const { client } = document.querySelector("meta[name=asgi-reload]").dataset;
            const { SaveRecord, remembered } = await import(`${client}/dashboard/record.js`);
            const record = new SaveRecord();
            for (let at = 0; at < 600; at++) record.add("boot", [{ ...entry, at, line: "x".repeat(5000) }]);
            let stored = "";
            const storage = { read: () => stored, write: (key, text) => { stored = text; } };
            record.remember(storage);
            const again = remembered(storage);
            return [record.all.length, record.all[0][1].at, stored.length < 1_000_100, again.all[0][1].at];
        }""",
        entry,
    )
    assert kept == [500, 599, True, 599]


def test_it_lives_on_an_event_stream_where_there_are_no_sockets(shop: Site, dashboard: Page) -> None:
    shop.start()
    index = shop.visit(dashboard.context.new_page())
    dashboard.add_init_script("delete window.WebSocket")
    open_dashboard(shop, dashboard)
    assert dashboard.get_by_text("live by event stream").is_visible()

    recolour(shop, index, "blue", "rgb(0, 0, 255)")
    newest(dashboard, "static/shop.css")


def test_what_is_open_focused_selected_and_scrolled_stays_so(shop: Site, dashboard: Page) -> None:
    shop.start()
    index = shop.visit(dashboard.context.new_page())
    open_dashboard(shop, dashboard)
    recolour(shop, index, "blue", "rgb(0, 0, 255)")
    row = newest(dashboard, "static/shop.css")
    row.locator("summary").click()
    dashboard.evaluate("getSelection().selectAllChildren(document.querySelector('.save .what'))")
    dashboard.get_by_role("button", name="Reload this one: /").focus()
    dashboard.evaluate("window.node = document.querySelector('.save')")

    recolour(shop, index, "lime", "rgb(0, 255, 0)")
    wait(dashboard, "document.querySelectorAll('.save').length === 2")

    assert dashboard.evaluate("document.querySelectorAll('.save')[1] === window.node")
    assert dashboard.evaluate("window.node.querySelector('details').open")
    assert dashboard.evaluate("getSelection().toString()") == "static/shop.css"
    assert dashboard.evaluate("document.activeElement.ariaLabel") == "Reload this one: /"


def test_the_newest_save_is_said_and_nothing_else(shop: Site, dashboard: Page) -> None:
    shop.start()
    index = shop.visit(dashboard.context.new_page())
    recolour(shop, index, "blue", "rgb(0, 0, 255)")
    open_dashboard(shop, dashboard)
    newest(dashboard, "static/shop.css")
    assert dashboard.locator("#newest").inner_text() == "", "what was there before is no news"

    shop.write("templates/index.html", PAGE.format("new"))
    newest(dashboard, "templates/index.html")
    wait(dashboard, "document.querySelector('#newest').textContent.startsWith('templates/index.html: ')")
    assert dashboard.locator("[aria-live]").count() == 1


def test_everything_is_within_reach_of_the_keyboard(shop: Site, dashboard: Page) -> None:
    shop.start()
    index = shop.visit(dashboard.context.new_page())
    open_dashboard(shop, dashboard)
    recolour(shop, index, "blue", "rgb(0, 0, 255)")
    newest(dashboard, "static/shop.css")

    dashboard.keyboard.press("/")
    dashboard.keyboard.type("shop")
    assert dashboard.get_by_role("searchbox").input_value() == "shop"
    dashboard.keyboard.press("Tab")
    dashboard.keyboard.press("Tab")
    dashboard.keyboard.press("Enter")
    assert dashboard.locator(".save details").first.evaluate("details => details.open")

    seen = set()
    for _ in range(20):
        dashboard.keyboard.press("Tab")
        seen.add(dashboard.evaluate("document.activeElement.id || document.activeElement.ariaLabel"))
    assert {"Reload this one: /", "level", "ignored-path", "reload-all", "pause", "filter", "export"} <= seen


def test_whatever_it_is_told_stays_text(shop: Site, dashboard: Page) -> None:
    shop.configure(browser_console=["error"])
    shop.start()
    open_dashboard(shop, dashboard)
    with listening(shop.url, "/") as told:
        client = told.next("hello")["client"]
        page_id = told.config["page"]
        post(shop, told.config, client, {"type": "page", "page": page_id, "url": f"{shop.url}/{EVIL}", "visible": True})
        said = {"type": "said", "page": page_id, "level": "error", "text": EVIL, "place": EVIL, "count": 1}
        post(shop, told.config, client, said)
        shop.write(f"static/{EVIL}.css", "h1 {}")
        seq = told.next("update")["seq"]
        ack = {"type": "ack", "page": page_id, "seq": seq, "outcome": "applied", "ms": 1, "detail": EVIL}
        post(shop, told.config, client, ack)
        shop.write("templates/index.html", '{{ ["' + EVIL + '"][1:][0].x }}')
        shop.replace("main.py", "async def page", f"raise ValueError({EVIL!r})\n\n\nasync def page")

        row = newest(dashboard, "main.py")
        row.locator("summary").click()
        dashboard.locator("#problems summary").first.click()
        saves(dashboard).filter(has_text=f"static/{EVIL}.css").locator("summary").click()
        for where in ("#pages", "#console", "#problems", "#timeline .acks", "#timeline .files"):
            dashboard.locator(where).filter(has_text=EVIL).first.wait_for()

    assert dashboard.locator("img").count() == 0
    assert dashboard.evaluate("window.hacked") is None


def post(site: Site, config: dict[str, str], client: str, message: dict[str, Any]) -> None:
    """Say something as a page does."""
    headers = {"x-asgi-reload-token": config["token"], "origin": site.url, "sec-fetch-site": "same-origin"}
    body = {"client": client, "message": message}
    answer = httpx.post(f"{site.url}{config['base']}/messages", json=body, headers=headers)
    assert answer.status_code == 204, answer.text


def test_the_consoles_of_pages_are_shown_from_a_level_up(shop: Site, dashboard: Page) -> None:
    shop.configure(browser_console=["error", "warning", "log"])
    shop.start()
    open_dashboard(shop, dashboard)
    with listening(shop.url, "/") as told:
        client, page_id = told.next("hello")["client"], told.config["page"]
        post(shop, told.config, client, {"type": "page", "page": page_id, "url": shop.url, "visible": True})
        for level in ("error", "log"):
            said = {"type": "said", "page": page_id, "level": level, "text": f"an {level}", "place": ""}
            post(shop, told.config, client, {**said, "count": 2})
        words = dashboard.locator(".words li")
        words.nth(1).wait_for()
        assert "2 times" in words.first.inner_text()
        dashboard.get_by_text("an open page has an error").wait_for()

        dashboard.get_by_label("Show").select_option("errors")
        words.filter(has_text="an log").wait_for(state="detached")
        assert words.locator(".text").all_inner_texts() == ["an error"]


def test_200_pages_are_all_there_and_their_answers_cost_few_requests(shop: Site, dashboard: Page) -> None:
    shop.configure(max_clients=PAGES + 10)
    shop.start()
    open_dashboard(shop, dashboard)
    rows = dashboard.locator("#pages tbody tr")

    with crowd(shop.url, PAGES):
        rows.nth(PAGES - 1).wait_for(state="attached")
        assert rows.count() == PAGES

        asked: list[float] = []
        dashboard.on("request", lambda request: asked.append(time.monotonic()) if "status" in request.url else None)
        began = time.monotonic()
        shop.write("static/shop.css", "h1 { color: blue }")
        wait(
            dashboard,
            f"[...document.querySelectorAll('#pages tbody tr')]"
            f".filter((row) => row.innerText.includes('updated')).length === {PAGES}",
        )
        took = time.monotonic() - began
        assert 1 <= len(asked) <= took * REQUESTS_A_SECOND + 2

    dashboard.get_by_text("No page is open").wait_for()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("width", "height"), [(360, 780), (1440, 900), (3840, 2160)])
def test_it_can_be_read_by_everybody_at_any_width(
    scheme: Literal["light", "dark"], width: int, height: int, shop: Site, browser: Browser
) -> None:
    context = browser.new_context(color_scheme=scheme, viewport={"width": width, "height": height})
    context.set_default_timeout(10_000)
    shop.configure(ignore=["*.log"])
    shop.start()
    index = shop.visit(context.new_page())
    dashboard = context.new_page()
    open_dashboard(shop, dashboard)
    dashboard.set_default_timeout(10_000)
    everything_happens(shop, index, dashboard)

    assert dashboard.evaluate("document.documentElement.scrollWidth <= innerWidth"), "it scrolls sideways"
    keep(dashboard, f"dashboard-{scheme}-{width}")
    assert violations(dashboard) == []
    headings = dashboard.get_by_role("heading", level=2).all_inner_texts()
    assert [text.split()[0] for text in headings] == ["Problems", "Saves", "Pages", "Browser", "Watching"]
    context.close()


def everything_happens(site: Site, index: Page, dashboard: Page) -> None:
    """Saves of each kind, one of them opened, and a problem, opened too."""
    recolour(site, index, "blue", "rgb(0, 0, 255)")
    newest(dashboard, "shop.css")
    site.write("templates/index.html", PAGE.format("new"))
    newest(dashboard, "index.html").locator("summary").click()
    saves(dashboard).first.locator(".acks tbody tr").wait_for()
    site.replace("main.py", "async def page", "nothing_such\n\n\nasync def page")
    newest(dashboard, "main.py")
    dashboard.locator("#problems summary").first.click()
    dashboard.locator("#problems .source").first.wait_for()
