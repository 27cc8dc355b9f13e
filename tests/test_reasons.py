"""A save has one reason, and terminal and status tell it in the same words; so does a document that is left alone."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

import pytest

from .sites import Site, make, served_by

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DEADLINE = 10.0
STEP = 0.02
BROWSER = {"sec-fetch-dest": "document", "accept": "text/html"}
APP = """
    from starlette.applications import Starlette
    from starlette.responses import HTMLResponse
    from starlette.routing import Route

    from asgi_reload import ReloadMiddleware

    PAGE = "<!doctype html><title>Shop</title>"


    async def home(request):
        return HTMLResponse(PAGE)


    async def squeezed(request):
        return HTMLResponse(PAGE, headers={"content-encoding": "zstd"})


    async def strict(request):
        return HTMLResponse(PAGE, headers={"content-security-policy": "script-src 'none'"})


    async def part(request):
        return HTMLResponse("<p>a part</p>")


    routes = [Route("/", home), Route("/squeezed", squeezed), Route("/strict", strict), Route("/part", part)]
    app = ReloadMiddleware(Starlette(routes=routes))
    """
FILES = {"main.py": APP, "app.css": "a {}", "app.js": "1", "logo.svg": "<svg/>", "page.html": "a"}


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with served_by("uvicorn-httptools", make(tmp_path / "shop", FILES)) as served:
        yield served


def test_terminal_and_status_tell_of_a_save_in_the_same_words(site: Site) -> None:
    saves = [
        ("app.css", "a {}", "b {}", "app.css: css"),
        ("logo.svg", "<svg/>", "<svg />", "logo.svg: images"),
        ("page.html", "a", "b", "page.html: patch"),
        ("app.js", "1", "2", "app.js: reload (app.js is a script)"),
        ("main.py", "Shop<", "Store<", "main.py: patch in place (main.PAGE changed)"),
        ("main.py", "async def home", "async deaf home", "main.py: not applied, the last good version serves on: Synt"),
    ]
    for file, old, new, words in saves:
        site.edit(file, old, new)
        entry = _line_with(site, words)

        line = re.sub(r", \d+ ms.*$", "", entry)
        assert f"asgi-reload: {line}" in site.log(), words


def _line_with(site: Site, words: str) -> str:
    deadline = time.monotonic() + DEADLINE
    while time.monotonic() < deadline:
        lines: list[str] = [entry["line"] for entry in site.status()["timeline"]]
        if lines and lines[0].startswith(words):
            return lines[0]
        time.sleep(STEP)

    raise AssertionError(f"expected {words!r}, got {lines}")


def test_a_document_that_is_left_alone_is_known_with_the_words_of_its_verdict(site: Site) -> None:
    for path in ("/squeezed", "/strict", "/part", "/part"):
        answer = site.client.get(path, headers={**BROWSER, "accept-encoding": "identity"})
        assert answer.headers["x-asgi-reload"].startswith("skipped; reason=")
    site.client.get("/part")  # nobody's page
    assert "injected" in site.client.get("/", headers=BROWSER).headers["x-asgi-reload"]

    assert site.status()["skipped"] == [
        {"url": "/part", "why": "fragment", "count": 2},
        {"url": "/strict", "why": "csp", "count": 1},
        {"url": "/squeezed", "why": "content-encoding zstd", "count": 1},
    ]
    log = site.log()
    assert log.count("asgi-reload: skipped /part: fragment; it is no whole document") == 1
    assert "asgi-reload: skipped /strict: csp; its Content-Security-Policy does not let our script work" in log
    assert "asgi-reload: skipped /squeezed: content-encoding zstd; it cannot be undone here" in log
