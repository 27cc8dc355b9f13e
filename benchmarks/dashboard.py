"""How smooth the dashboard stays while 200 pages acknowledge 50 updates.

The pages are WebSockets in a thread of this process, each of which answers an update at once. In the dashboard a loop
of animation frames notes how long it is from one to the next (16.7 ms at 60 Hz). Server, pages and browser share the
machine's cores, so a gap may be the scheduler's; therefore the browser's own trace tells how much processor time the
dashboard's main thread took for the longest task (scripts, layout and paint), and for the longest script. The next
update is saved when all pages have answered the one before.
"""

from __future__ import annotations

import json
import shutil
import time
from typing import Any

import httpx
from playwright.sync_api import sync_playwright

from tests.browser.conftest import FLAGS
from tests.crowd import crowd
from tests.servers import serving

from .harness import headline, median, percentile, project

PAGES = 200
UPDATES = 50
PAUSE_S = 0.05
DEADLINE_S = 20.0

APP = """
from asgi_reload import ReloadMiddleware

async def page(scope, receive, send):
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/html")]})
    await send({"type": "http.response.body", "body": b"<!doctype html><title>page</title>"})

app = ReloadMiddleware(page, max_clients=210)
"""
NOTES = """() => {
    window.gaps = [];
    let last = performance.now();
    const frame = (now) => { window.gaps.push(now - last); last = now; requestAnimationFrame(frame); };
    requestAnimationFrame(frame);
}"""
TRACED = ["devtools.timeline", "disabled-by-default-devtools.timeline"]
SCRIPTS = ("FireAnimationFrame", "FunctionCall", "EvaluateScript", "v8.callFunction", "TimerFire")


def answered(url: str, updates: int) -> None:
    """Wait until every page has the last update."""
    deadline = time.monotonic() + DEADLINE_S
    while time.monotonic() < deadline:
        status: dict[str, Any] = httpx.get(f"{url}/__reload__/status").json()
        lasts = [page["last"] for page in status["channel"]["pages"]]
        if status["seq"] == updates and all(last and last["seq"] == updates for last in lasts):
            return
        time.sleep(PAUSE_S)
    raise TimeoutError(f"update {updates} was not answered by all pages")


def longest(trace: bytes, *names: str) -> float:
    """The most processor time, in ms, of one such event on the page's main thread."""
    events = json.loads(trace)["traceEvents"]
    named = (event for event in events if event["name"] == "thread_name")
    mains = {(event["pid"], event["tid"]) for event in named if event["args"]["name"] == "CrRendererMain"}
    chosen = (event for event in events if event["name"] in names and (event["pid"], event["tid"]) in mains)
    return max((event.get("tdur", 0) / 1000 for event in chosen), default=0.0)


def report(gaps: list[float], trace: bytes, requests: list[str], took: float) -> None:
    print(f"frames    {len(gaps):6}   p50 {median(gaps):.1f}   p99 {percentile(gaps, 99):.1f}   max {max(gaps):.1f} ms")
    print(
        f"cpu of one task at most {longest(trace, 'RunTask'):.1f} ms, of one script {longest(trace, *SCRIPTS):.1f} ms"
    )
    print(f"requests  {len(requests):6}   {len(requests) / took:.1f} a second, in {took:.1f} s")


def main() -> None:
    print(headline(f"Dashboard: frames while {PAGES} pages acknowledge {UPDATES} updates"))
    chromium = shutil.which("chromium") or shutil.which("google-chrome")

    with (
        project({"main.py": APP, "site.css": "h1 {}"}) as folder,
        serving(folder) as server,
        sync_playwright() as playwright,
        crowd(server.url, PAGES),
    ):
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        page = browser.new_page()
        page.goto(f"{server.url}/__reload__/")
        page.locator("#pages tbody tr").nth(PAGES - 1).wait_for(state="attached")
        requests: list[str] = []
        page.on("request", lambda request: requests.append(request.url))
        page.evaluate(NOTES)
        browser.start_tracing(page=page, categories=TRACED)
        began = time.monotonic()

        for update in range(1, UPDATES + 1):
            (folder / "site.css").write_text(f"h1 {{ margin: {update}px }}")
            answered(server.url, update)
            page.wait_for_timeout(PAUSE_S * 1000)

        took = time.monotonic() - began
        report(page.evaluate("gaps"), browser.stop_tracing(), requests, took)
        browser.close()


if __name__ == "__main__":
    main()
