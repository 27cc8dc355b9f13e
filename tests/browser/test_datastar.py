"""The real Datastar 1.0 client takes our stream, in the two ways that a page can: `@get`, and Datastar's own event."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.pages import config_of

from .bundles import DATASTAR, source_of
from .site import is_same_document, mark, wait

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
    page.add_init_script(NOT_NOW)
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
