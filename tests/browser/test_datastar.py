"""The real Datastar 1.0 client: what a save does to a page that runs it, and two ways to take our stream by hand."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.pages import config_of

from .bundles import DATASTAR, source_of
from .site import (
    is_same_document,
    mark,
    on_screen,
    style_of,
    wait,
    wait_for_outcome,
    wait_for_reload,
    wait_for_style,
)

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

    from .site import Site

PAGE = """
    <!doctype html>
    <html lang="en">
    <head><title>Old title</title><script type="module" src="/static/datastar.js"></script></head>
    <body data-signals="{count: 1}">
      <h1>Old heading</h1>
      <button id="more" data-on:click="$count++">more</button> <b id="count" data-text="$count"></b>
      <input id="name">
      <p>Old text</p>
    </body></html>
"""
# So that it is Datastar that changes the page, and not our own merge.
NOT_NOW = "addEventListener('asgi-reload:before-update', (event) => event.preventDefault(), true)"


@pytest.fixture
def datastar_site(site: Site, pytestconfig: pytest.Config) -> Site:
    cache: Path = pytestconfig.cache.mkdir("bundles")
    site.write("static/datastar.js", source_of(DATASTAR, cache))
    site.write("templates/index.html", PAGE)
    return site.start()


def visited(site: Site, page: Page) -> dict[str, str]:
    """Open the page, use it, and return what our tag said."""
    response = page.goto(site.url)
    assert response is not None
    config = config_of(response.text())
    wait(page, "window.asgiReload?.status?.().connected")
    wait(page, "document.getElementById('count').textContent === '1'")
    page.click("#more")
    page.fill("#name", "Ada")
    mark(page)
    return config


def edit_and_look(site: Site, page: Page) -> None:
    site.write("templates/index.html", PAGE.replace("Old", "New"))
    wait(page, "document.querySelector('h1').textContent === 'New heading'")

    assert page.title() == "New title"
    assert page.text_content("p") == "New text"
    assert page.text_content("#count") == "2"
    assert page.input_value("#name") == "Ada"
    page.click("#more")
    assert page.text_content("#count") == "3"
    assert is_same_document(page)


def stream_url(config: dict[str, str]) -> str:
    return f"{config['base']}/datastar?url=/&boot={config['boot']}&seq={config['seq']}"


def wait_until_listening(page: Page, config: dict[str, str]) -> None:
    wait(
        page,
        """async ([url, token]) => {
            const response = await fetch(url, { headers: { "X-Asgi-Reload-Token": token } });
            return (await response.json()).channel.clients.datastar === 1;
        }""",
        arg=[f"{config['base']}/status", config["token"]],
    )


def test_datastar_takes_the_stream_by_itself(datastar_site: Site, page: Page) -> None:
    page.add_init_script(NOT_NOW)
    config = visited(datastar_site, page)
    options = {
        "headers": {"X-Asgi-Reload-Token": config["token"]},
        "filterSignals": {"include": "^$"},
        "retry": "always",
        "retryMaxCount": 1_000_000,
        "retryInterval": 100,
        "retryMaxWait": 1000,
    }
    action = f"@get({json.dumps(stream_url(config))}, {json.dumps(options)})"
    page.evaluate(
        """action => {
            const listener = document.createElement("meta");
            listener.setAttribute("data-init", action);
            document.documentElement.append(listener);
        }""",
        action,
    )
    wait_until_listening(page, config)

    edit_and_look(datastar_site, page)
    # The morph has taken our element away; its stream goes on.
    datastar_site.write("templates/index.html", PAGE)
    wait(page, "document.querySelector('h1').textContent === 'Old heading'")


def test_a_script_hands_datastar_the_document(datastar_site: Site, page: Page) -> None:
    page.add_init_script(NOT_NOW)
    config = visited(datastar_site, page)
    page.evaluate(
        """async ([url, token]) => {
            const response = await fetch(url, { headers: { "X-Asgi-Reload-Token": token } });
            const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
            let text = "";
            (async () => {
                for (;;) {
                    const { value, done } = await reader.read();
                    if (done) return;
                    text += value;
                    for (let end; (end = text.indexOf("\\n\\n")) >= 0; text = text.slice(end + 2)) {
                        const lines = text.slice(0, end).split("\\n");
                        if (lines[0] !== "event: datastar-patch-elements") continue;
                        const prefix = "data: elements ";
                        const chosen = lines.filter((line) => line.startsWith(prefix));
                        const elements = chosen.map((line) => line.slice(prefix.length)).join("\\n");
                        const argsRaw = { selector: "html", mode: "outer", elements };
                        const detail = { type: "datastar-patch-elements", el: document.documentElement, argsRaw };
                        document.dispatchEvent(new CustomEvent("datastar-fetch", { detail }));
                    }
                }
            })();
        }""",
        [stream_url(config), config["token"]],
    )

    edit_and_look(datastar_site, page)


def test_a_save_goes_through_datastar(datastar_site: Site, page: Page) -> None:
    visited(datastar_site, page)
    page.evaluate("document.documentElement.append(document.createElement('aside'))")

    edit_and_look(datastar_site, page)
    assert wait_for_outcome(page, "applied")["detail"] == "by Datastar"
    assert "patch index.html" in on_screen(page)
    assert page.locator("html > aside").count() == 1

    datastar_site.write("templates/index.html", PAGE.replace("Old", "Third"))
    wait(page, "document.querySelector('h1').textContent === 'Third heading'")
    assert wait_for_outcome(page, "applied")["detail"] == "by Datastar"
    assert page.input_value("#name") == "Ada"
    assert is_same_document(page)


def test_a_template_that_raises_is_shown_until_it_is_healed(datastar_site: Site, page: Page) -> None:
    visited(datastar_site, page)
    edit_and_look(datastar_site, page)

    datastar_site.write("templates/index.html", PAGE + "{{ 1 / 0 }}")
    wait_for_outcome(page, "failed")
    assert "ZeroDivisionError" in on_screen(page)
    assert page.text_content("h1") == "New heading"

    datastar_site.write("templates/index.html", PAGE.replace("Old", "Healed"))
    wait(page, "document.querySelector('h1').textContent === 'Healed heading'")
    assert wait_for_outcome(page, "applied")["detail"] == "by Datastar"
    assert "ZeroDivisionError" not in on_screen(page)
    assert page.input_value("#name") == "Ada"
    assert is_same_document(page)


def test_a_save_that_says_the_same_does_nothing(datastar_site: Site, page: Page) -> None:
    visited(datastar_site, page)
    edit_and_look(datastar_site, page)

    datastar_site.write("templates/index.html", PAGE.replace("Old", "New").replace("<title>", "{# unseen #}<title>"))
    wait_for_outcome(page, "nothing")
    assert page.input_value("#name") == "Ada"
    assert is_same_document(page)


def test_a_renewed_stylesheet_stays(datastar_site: Site, page: Page) -> None:
    with_sheet = PAGE.replace("<title>", '<link rel="stylesheet" href="/static/a.css"><title>')
    datastar_site.write("templates/index.html", with_sheet)
    datastar_site.write("static/a.css", "h1 { color: rgb(1, 0, 0) }")
    visited(datastar_site, page)

    datastar_site.write("static/a.css", "h1 { color: rgb(2, 0, 0) }")
    wait_for_style(page, "h1", "color", "rgb(2, 0, 0)")
    url = page.locator("link").get_attribute("href")
    datastar_site.write("templates/index.html", with_sheet.replace("Old", "New"))
    wait(page, "document.querySelector('h1').textContent === 'New heading'")

    assert wait_for_outcome(page, "applied")["detail"] == "by Datastar"
    assert page.locator("link").get_attribute("href") == url != "/static/a.css"
    assert style_of(page, "h1", "color") == "rgb(2, 0, 0)"


def test_a_changed_script_still_wants_a_reload(datastar_site: Site, page: Page) -> None:
    datastar_site.write("templates/index.html", PAGE + "<script>window.version = 1</script>")
    datastar_site.visit(page)
    wait(page, "document.getElementById('count').textContent === '1'")
    mark(page)

    datastar_site.write("templates/index.html", PAGE + "<script>window.version = 2</script>")
    wait_for_reload(page)
    assert page.evaluate("window.version") == 2


def test_without_the_extra_the_page_is_merged(datastar_site: Site, page: Page) -> None:
    page.route("**/__reload__/datastar?*", lambda route: route.fulfill(status=501))
    visited(datastar_site, page)

    edit_and_look(datastar_site, page)
    assert "by Datastar" not in wait_for_outcome(page, "applied")["detail"]


def test_a_page_without_datastar_is_merged(site: Site, page: Page) -> None:
    plain = PAGE.replace('<script type="module" src="/static/datastar.js"></script>', "")
    site.write("templates/index.html", plain)
    site.start().visit(page)
    mark(page)

    site.write("templates/index.html", plain.replace("Old", "New"))
    wait(page, "document.querySelector('h1').textContent === 'New heading'")
    assert "by Datastar" not in wait_for_outcome(page, "applied")["detail"]
    assert is_same_document(page)
