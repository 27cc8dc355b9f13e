"""A template is saved, and what people and scripts have made of the page stays."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from .bundles import HTMX, TURBO, source_of
from .site import CONNECTED, is_same_document, mark, on_screen, wait, wait_for_outcome

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page, Route

    from .site import Site

RICH = """
    <!doctype html>
    <html lang="en">
    <head><title>Test</title><style>body { height: 3000px } #box { height: 60px; overflow: auto }</style></head>
    <body>
      <h1>Old title</h1>
      <input id="name"><textarea id="text"></textarea><input type="checkbox" id="check">
      <select id="choice"><option>one</option><option>two</option></select>
      <details id="more"><summary>More</summary><p>text</p></details>
      <dialog id="dialog"><p>In a dialog</p><button>ok</button></dialog>
      <canvas id="canvas" width="20" height="20"></canvas>
      <video id="video" muted loop></video>
      <div id="box"><div style="height: 500px">scrolls</div></div>
      <x-counter id="counter"></x-counter>
      <p id="target">Old text</p>
      <script src="/static/app.js"></script>
    </body></html>
"""
SCRIPT = """
    window.lives = [];
    customElements.define("x-counter", class extends HTMLElement {
        connectedCallback() {
            lives.push("+");
            this.attachShadow({ mode: "open" }).innerHTML = "<button>0</button>";
            const button = this.shadowRoot.firstChild;
            button.onclick = () => { button.textContent = Number(button.textContent) + 1; };
        }
        disconnectedCallback() { lives.push("-"); }
    });
    const source = document.createElement("canvas");
    source.getContext("2d").fillRect(0, 0, 10, 10);
    const video = document.getElementById("video");
    video.srcObject = source.captureStream(10);
    video.play().catch(() => {});
    const pen = document.getElementById("canvas").getContext("2d");
    pen.fillStyle = "red";
    pen.fillRect(0, 0, 20, 20);
"""
STATE = """() => ({
    name: document.getElementById("name").value,
    caret: document.getElementById("name").selectionStart,
    focus: document.activeElement.id,
    text: document.getElementById("text").value,
    checked: document.getElementById("check").checked,
    choice: document.getElementById("choice").value,
    open: document.getElementById("more").open,
    canvas: [...document.getElementById("canvas").getContext("2d").getImageData(5, 5, 1, 1).data],
    playing: !document.getElementById("video").paused,
    scroll: scrollY,
    box: document.getElementById("box").scrollTop,
    counter: document.getElementById("counter").shadowRoot.textContent,
    lives: window.lives.join(""),
})"""


def use(page: Page) -> None:
    """Do what a person does to such a page."""
    page.fill("#text", "a long letter")
    page.check("#check")
    page.select_option("#choice", "two")
    page.click("summary")
    for _ in range(3):
        page.locator("#counter button").click()
    page.evaluate("document.getElementById('box').scrollTop = 77")
    page.evaluate("scrollTo(0, 120)")
    page.fill("#name", "typed")
    page.evaluate("document.getElementById('name').setSelectionRange(2, 2)")
    wait(page, "!document.getElementById('video').paused")


@pytest.fixture
def rich(site: Site) -> Site:
    site.write("static/app.js", SCRIPT)
    site.write("templates/index.html", RICH)
    return site


def test_everything_stays_but_what_the_template_changed(rich: Site, page: Page) -> None:
    rich.start().visit(page)
    use(page)
    mark(page)
    page.evaluate("scrollTo(0, 120)")
    before = page.evaluate(STATE)
    assert before["name"] == "typed"
    assert before["focus"] == "name"
    assert before["counter"] == "3"

    rich.replace("templates/index.html", "Old text", "New text")
    wait(page, "document.getElementById('target').textContent === 'New text'")
    rich.replace("templates/index.html", "<h1>Old title</h1>", "<h1>New title</h1>")
    wait(page, "document.querySelector('h1').textContent === 'New title'")

    assert page.evaluate(STATE) == before
    assert is_same_document(page)


def test_an_open_dialog_stays_open(rich: Site, page: Page) -> None:
    rich.start().visit(page)
    page.evaluate("document.getElementById('dialog').showModal()")

    rich.replace("templates/index.html", "In a dialog", "In the dialog")
    wait(page, "document.querySelector('dialog p').textContent === 'In the dialog'")

    assert page.evaluate("document.getElementById('dialog').matches(':modal')")


def test_a_template_that_is_half_written_changes_nothing(rich: Site, page: Page) -> None:
    rich.start().visit(page)
    mark(page)
    (rich.folder / "templates/index.html").write_text("")
    rich.write("templates/index.html", RICH.replace("Old text", "New text"))

    wait(page, "document.getElementById('target')?.textContent === 'New text'")
    assert is_same_document(page)
    assert page.inner_text("h1") == "Old title"


def test_a_template_that_raises_leaves_the_last_good_page_and_says_why(rich: Site, page: Page) -> None:
    told: list[str] = []
    rich.start().visit(page)
    use(page)
    mark(page)
    page.expose_function("tell", lambda title: told.append(title))
    page.evaluate("document.addEventListener('asgi-reload:error', event => tell(event.detail.title))")
    page.evaluate("document.addEventListener('asgi-reload:recovered', () => tell('recovered'))")

    rich.replace("templates/index.html", "Old text", "{% if %}")
    wait_for_outcome(page, "failed")

    assert "TemplateSyntaxError" in on_screen(page)
    assert "1 error" in on_screen(page)
    assert page.inner_text("#target") == "Old text"
    assert page.input_value("#name") == "typed"

    rich.replace("templates/index.html", "{% if %}", "New text")
    wait(page, "document.getElementById('target').textContent === 'New text'")
    wait(page, "asgiReload.status().failure === null")

    assert "TemplateSyntaxError" not in on_screen(page)
    assert page.input_value("#name") == "typed"
    assert is_same_document(page)
    assert [title.split(":")[0] for title in told] == [told[0].split(":")[0], "recovered"]


def test_an_app_that_raises_heals_by_itself(rich: Site, page: Page) -> None:
    rich.replace("templates/index.html", "Old text", "{{ nothing.at.all }}")
    rich.start()
    page.goto(rich.url)
    wait(page, "window.asgiReload?.status?.().connected")
    assert page.locator("#target").count() == 0

    rich.replace("templates/index.html", "{{ nothing.at.all }}", "New text")

    wait(page, "document.getElementById('target')?.textContent === 'New text'")


@pytest.fixture(scope="session")
def downloads(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Path:
    cache: pytest.Cache = request.config.cache
    return cache.mkdir("asgi-reload-bundles")


def test_what_htmx_has_loaded_stays(site: Site, page: Page, downloads: Path) -> None:
    site.write("static/htmx.js", source_of(HTMX, downloads))
    site.write(
        "templates/index.html",
        """
        <!doctype html><html><head><title>Test</title><script src="/static/htmx.js"></script></head><body>
        <h1>Old</h1><button hx-get="/part" hx-target="#list" hx-swap="beforeend">More</button><ul id="list"></ul>
        </body></html>
        """,
    )
    site.write("templates/part.html", "<li>an item</li>")
    site.start().visit(page)
    mark(page)
    page.click("button")
    page.wait_for_selector("#list li")

    site.replace("templates/index.html", "<h1>Old</h1>", "<h1>New</h1><button hx-get='/part' id=more>And more</button>")
    wait(page, "document.querySelector('h1').textContent === 'New'")

    assert page.locator("#list li").count() == 1, "what htmx put there is gone"
    page.click("button >> nth=1")
    wait(page, "document.querySelectorAll('#list li').length === 2")
    assert is_same_document(page)
    page.click("#more")
    wait(page, "document.getElementById('more').textContent === 'an item'")


@pytest.fixture
def visited(site: Site, page: Page, downloads: Path) -> Site:
    """Two pages, of which Turbo has shown the second in the document of the first."""
    site.write("static/turbo.js", source_of(TURBO, downloads))
    head = '<head><title>{0}</title><script src="/static/turbo.js" type="module"></script></head>'
    for name, link in (("index", "/on"), ("on", "/")):
        body = f'<body style="height: 3000px"><h1>Old {name}</h1><a href="{link}">Go</a><form><input></form></body>'
        site.write(f"templates/{name}.html", f"<!doctype html><html>{head.format(name)}{body}</html>")
    site.start().visit(page)
    mark(page)
    go(page, "Old on")
    return site


def go(page: Page, heading: str) -> None:
    page.click("a")
    wait(page, "heading => document.querySelector('h1').textContent === heading", heading)
    # The tag of the page that Turbo shows has run, and is gone again.
    wait(page, "!document.querySelector('script[src*=boot]') && !document.documentElement.ariaBusy")


def test_a_page_that_turbo_has_shown_follows_too(visited: Site, page: Page) -> None:
    assert is_same_document(page), "Turbo did not show this page"
    page.evaluate("scrollTo(0, 300)")

    visited.replace("templates/on.html", "Old on", "New on")

    wait(page, "document.querySelector('h1').textContent === 'New on'")
    wait(page, CONNECTED)
    assert page.url == f"{visited.url}/on"
    wait(page, "scrollY === 300")


def test_a_page_that_turbo_has_shown_is_left_alone_by_what_does_not_concern_it(visited: Site, page: Page) -> None:
    visited.replace("templates/index.html", "Old index", "New index")

    assert wait_for_outcome(page, "nothing")["detail"] == "the server sends the same page"
    assert is_same_document(page)


def test_a_page_that_turbo_has_shown_keeps_what_is_typed(visited: Site, page: Page) -> None:
    page.fill("input", "typed")

    visited.replace("templates/on.html", "Old on", "New on")

    wait_for_outcome(page, "offered")
    assert "a form has unsent input" in on_screen(page)
    assert page.input_value("input") == "typed"


def test_the_first_page_follows_when_turbo_has_come_back_to_it(visited: Site, page: Page) -> None:
    go(page, "Old index")
    assert is_same_document(page), "Turbo did not show this page"

    visited.replace("templates/on.html", "Old on", "New on")
    wait_for_outcome(page, "nothing")
    assert is_same_document(page)
    visited.replace("templates/index.html", "Old index", "New index")

    wait(page, "document.querySelector('h1').textContent === 'New index'")


def test_a_save_that_comes_before_the_base_has_been_fetched_is_not_lost(rich: Site, page: Page) -> None:
    held: list[Route] = []
    asked: list[str] = []
    page.route("**/sent/*", lambda route: held.append(route))
    rich.start().visit(page)
    mark(page)
    page.on("request", lambda request: asked.append(request.url))

    rich.replace("templates/index.html", "Old text", "New text")
    wait(page, "asgiReload.status().seq === 1")
    # The server would keep its answer as the next base, and there would be no difference to see.
    assert f"{rich.url}/" not in asked
    held[0].continue_()

    wait(page, "document.getElementById('target').textContent === 'New text'")
    assert is_same_document(page)
