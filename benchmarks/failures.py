"""How long it takes from a request that fails to an error that can be read over the page.

A page asks for an address whose handler raises, and counts the ms until the sheet with the exception's title has been
drawn: the handler, the report, the word to the page, its request for the details, and the sheet. Beside an ordinary
exception those that are made to be too much. In between the address answers well, and the sheet goes.
"""

from __future__ import annotations

import shutil

from playwright.sync_api import sync_playwright

from tests.browser.conftest import FLAGS
from tests.browser.looks import OPEN_ROOTS
from tests.servers import serving

from .harness import headline, median, project

TIMES = 7
KINDS = (
    "plain",
    "a message of 1 MB",
    "10,000 calls deep",
    "a chain of 10,000",
    "a group of 1,000",
    "words that take seconds",
    "a source file of 2 MB",
)
APP = """
import sys
import time

from asgi_reload import ReloadMiddleware
from starlette.applications import Starlette
from starlette.responses import HTMLResponse, PlainTextResponse
from starlette.routing import Route

import large

sys.setrecursionlimit(12_000)


class Slow(Exception):
    def __str__(self):
        time.sleep(3)
        return "at last"


def deep(n):
    return deep(n - 1) if n else 1 / 0


def chained(n):
    error = ValueError("the first")
    for _ in range(n):
        error, before = ValueError("the next"), error
        error.__cause__ = before
    raise error


async def home(request):
    return HTMLResponse("<!doctype html><title>Shop</title><h1>Shop</h1>")


async def fail(request):
    if "well" in request.query_params:
        return PlainTextResponse("well")
    match request.path_params["kind"]:
        case "1":
            raise ValueError("x" * 1_000_000)
        case "2":
            deep(9_900)
        case "3":
            chained(10_000)
        case "4":
            raise ExceptionGroup("many", [ValueError(str(n)) for n in range(1_000)])
        case "5":
            raise Slow
        case "6":
            large.fail()
    raise ValueError("plain")


routes = [Route("/", home), Route("/fail/{kind}", fail)]
app = ReloadMiddleware(Starlette(routes=routes), pill=True, overlay=True)
"""
LARGE = "x = 1  # a line of it\n" * 95_000 + "\n\ndef fail():\n    return 1 / 0\n"
SHOWN = """async (number) => {
    const sheets = () => [...document.documentElement.children].map((host) => host.shadowRoot?.querySelector(".sheet"));
    const isShown = () => sheets().some((sheet) => sheet?.checkVisibility() && sheet.querySelector("h2"));
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    const began = performance.now();
    void fetch(`/fail/${number}`);
    while (!isShown()) await frame();
    const took = performance.now() - began;
    await fetch(`/fail/${number}?well`);
    while (isShown()) await frame();
    return took;
}"""


def main() -> None:
    print(headline("Failures: from the request to the sheet over the page, ms"))
    chromium = shutil.which("chromium") or shutil.which("google-chrome")

    with (
        project({"main.py": APP, "large.py": LARGE}) as folder,
        serving(folder) as server,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        page = browser.new_page()
        page.add_init_script(OPEN_ROOTS)
        page.goto(server.url)
        page.wait_for_function("window.asgiReload?.status?.().connected")

        for number, kind in enumerate(KINDS):
            first, *rest = (page.evaluate(SHOWN, number) for _ in range(TIMES))
            print(f"{kind:26} first {first:6.0f}   p50 {median(rest):6.0f}   max {max(rest):6.0f}")
        browser.close()


if __name__ == "__main__":
    main()
