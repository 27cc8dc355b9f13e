"""The page in front of `asgi-reload main:app`: saves of Python arrive on it, and it heals what becomes of a worker."""

from __future__ import annotations

import os
import signal
import time
from typing import TYPE_CHECKING

import httpx
import pytest

from .site import DEADLINE_S, POLL_MS, is_same_document, mark, on_screen, wait

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from .site import Site

COMMAND = "asgi-reload"
APP = """
import words
from starlette.applications import Starlette
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

PAGE = '''
    <!doctype html><title>Shop</title><h1>{}</h1><form><input name=note></form>
'''


async def home(request):
    return HTMLResponse(PAGE.format(words.title()))


app = Starlette(routes=[Route("/", home), Route("/favicon.ico", lambda request: Response())])
"""
WORDS = "def title():\n    return 'One'\n"
HEADING = "text => document.querySelector('h1')?.textContent === text"
FAILED = "text => document.body?.innerText.includes(text)"


@pytest.fixture(params=["--hot", "--cold"])
def shop(site: Site, request: pytest.FixtureRequest) -> Site:
    site.write("main.py", APP)
    site.write("words.py", WORDS)
    return site.start(request.param, server=COMMAND)


def test_a_save_arrives_and_what_was_typed_stays(shop: Site, page: Page) -> None:
    shop.visit(page)
    mark(page)
    page.fill("input", "half a sentence")

    for old, new in [("One", "Two"), ("Two", "Three")]:
        shop.replace("words.py", old, new)
        wait(page, HEADING, new)

    assert page.input_value("input") == "half a sentence"
    assert is_same_document(page)


def test_a_save_that_fails_is_on_the_page_until_the_next_good_one(shop: Site, page: Page) -> None:
    shop.visit(page)
    mark(page)

    shop.replace("words.py", "def title", "import nothing_such\n\n\ndef title")
    wait_for_words(page, "nothing_such")
    assert page.inner_text("h1") == "One"

    shop.write("words.py", WORDS.replace("One", "Healed"))
    wait(page, HEADING, "Healed")
    assert is_same_document(page)


def test_a_page_opened_on_an_app_that_does_not_start_heals(shop: Site, page: Page) -> None:
    shop.stop()
    shop.write("words.py", "import nothing_such\n")
    shop.start(server=COMMAND)

    page.goto(shop.url)
    wait(page, FAILED, "nothing_such")
    shop.write("words.py", WORDS)

    wait(page, HEADING, "One")


def test_a_worker_that_is_killed_is_not_missed(shop: Site, page: Page) -> None:
    shop.visit(page)
    worker = httpx.get(f"{shop.url}/__reload__/status").json()["workers"]["current"]
    os.kill(worker, signal.SIGKILL)

    shop.replace("words.py", "One", "Two")

    wait(page, HEADING, "Two")


def wait_for_words(page: Page, words: str) -> None:
    """Wait until the pill says that."""
    deadline = time.monotonic() + DEADLINE_S
    while words not in on_screen(page):
        assert time.monotonic() < deadline, on_screen(page)
        page.wait_for_timeout(POLL_MS)
