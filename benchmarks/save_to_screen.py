"""From the moment a file is written to the first frame that shows it, in Chromium: ours, Vite, arel.

One page, the same for all: a stylesheet of its own and a table. The clock stops in the page's own
requestAnimationFrame loop; blocks of saves take turns between the peers, with one page open at a time. Files are
written as most editors do, in place: a save that a peer never shows is counted as lost, and the page loaded anew.
"""

from __future__ import annotations

import math
import os
import random
import shutil
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from playwright.sync_api import sync_playwright

from tests.browser.conftest import FLAGS
from tests.servers import free_port, kill_group, serving, wait_until_listening

from .harness import HERE, headline, median, percentile, project

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

BLOCKS = 3
SAVES = 12  # of each kind, for each peer, in each block
PAUSE_S = (0.25, 0.45)
DEADLINE_S = 5.0
LOST = math.inf

ROWS = "\n".join(f"<tr><td>{n}</td><td>item {n}</td><td>{n * n}</td></tr>" for n in range(300))
PAGE = f"""<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>page</title><link rel="stylesheet" href="/style.css"></head>
<body><h1 id="probe">text 0</h1><table>{ROWS}</table></body>
</html>
"""
STYLE = "body { font: 16px/1.5 sans-serif }\n#probe { outline-width: 3px; outline-offset: 0px }\n"

APP = """
from pathlib import Path
from starlette.applications import Starlette
from starlette.responses import FileResponse
from starlette.routing import Route
from starlette.templating import Jinja2Templates

HERE = Path(__file__).parent
templates = Jinja2Templates(HERE)

async def home(request):
    return templates.TemplateResponse(request, "index.html")

async def style(request):
    return FileResponse(HERE / "style.css", headers={"cache-control": "no-cache"})

app = Starlette(routes=[Route("/", home), Route("/style.css", style)])
"""
OURS = f"{APP}\nfrom asgi_reload import ReloadMiddleware\napp = ReloadMiddleware(app)\n"
AREL = (
    APP.replace('"index.html")', '"index.html", {"hot": hot.script("ws://" + request.url.netloc + "/hot")})')
    + """
import arel
from starlette.routing import WebSocketRoute
hot = arel.HotReload(paths=[arel.Path(str(HERE))])

@__import__("contextlib").asynccontextmanager
async def lifespan(app):
    await hot.startup()
    yield
    await hot.shutdown()

app = Starlette(routes=[*app.routes, WebSocketRoute("/hot", hot)], lifespan=lifespan)
"""
)
# Reports what the probe shows, with the time, whenever that changes; runs in every document from its first frame on.
WATCH = """
let last = "";
function look() {
  const probe = document.getElementById("probe");
  if (probe) {
    const now = `${probe.textContent} ${getComputedStyle(probe).outlineOffset}`;
    if (now !== last) seen((last = now), performance.timeOrigin + performance.now());
  }
  requestAnimationFrame(look);
}
requestAnimationFrame(look);
"""


@contextmanager
def vite() -> Iterator[tuple[Path, str]]:
    with project({"index.html": PAGE, "style.css": STYLE}) as folder, ExitStack() as stack:
        port = free_port()
        binary = HERE / "peers" / "node_modules" / ".bin" / "vite"
        path = f"{os.environ['PATH']}:{Path(sys.executable).parent}"
        process = subprocess.Popen(
            [str(binary), "--host", "127.0.0.1", "--port", str(port), "--strictPort", "--logLevel", "error"],
            cwd=folder,
            env={**os.environ, "PATH": path},
            start_new_session=True,
        )
        stack.callback(kill_group, process)
        wait_until_listening(port, process)
        yield folder, f"http://127.0.0.1:{port}/"


@contextmanager
def python(main: str, page: str = PAGE) -> Iterator[tuple[Path, str]]:
    files = {"main.py": main, "index.html": page, "style.css": STYLE}
    with project(files) as folder, serving(folder, extra=["--log-level", "warning"]) as server:
        yield folder, f"{server.url}/"


class Screen:
    """One page, and what its probe has shown since."""

    def __init__(self, browser: Browser, url: str) -> None:
        self._seen: dict[str, float] = {}
        self._context = browser.new_context()
        self._context.expose_binding("seen", self._on_seen)
        self._context.add_init_script(WATCH)
        self.page: Page = self._context.new_page()
        self.page.goto(url)

    def _on_seen(self, source: Any, shown: str, at: float) -> None:
        self._seen.setdefault(shown, at)

    def ms_until(self, shown: str, began: float, seconds: float = DEADLINE_S) -> float:
        """From `began`, in ms of the epoch, to the frame that showed this."""
        deadline = time.monotonic() + seconds

        while shown not in self._seen:
            if time.monotonic() > deadline:
                self.page.reload()
                return LOST
            self.page.wait_for_timeout(2)

        return self._seen[shown] - began

    def close(self) -> None:
        self._context.close()


def save(file: Path, text: str) -> float:
    """Write as most editors do; the time in ms of the epoch just before."""
    began = time.time() * 1000
    file.write_text(text)
    return began


def block(browser: Browser, folder: Path, url: str, first: int) -> tuple[list[float], list[float]]:
    """Some saves of each kind: the ms of the stylesheet's, and of the page's."""
    styles: list[float] = []
    pages: list[float] = []
    text, style = (folder / "index.html").read_text(), (folder / "style.css").read_text()
    screen = Screen(browser, url)
    screen.page.wait_for_timeout(1500)

    for n in range(first, first + SAVES):
        css = style.replace("outline-offset: 0px", f"outline-offset: {n}px")
        html = text.replace("text 0", f"text {n}")
        time.sleep(random.uniform(*PAUSE_S))
        began = save(folder / "style.css", css)
        before = "text 0" if n == first else f"text {n - 1}"
        styles.append(screen.ms_until(f"{before} {n}px", began))
        time.sleep(random.uniform(*PAUSE_S))
        began = save(folder / "index.html", html)
        pages.append(screen.ms_until(f"text {n} {n}px", began))

    screen.close()
    save(folder / "index.html", text)
    save(folder / "style.css", style)
    return styles, pages


def main(*chosen: str) -> None:
    peers = {
        "asgi-reload": python(OURS),
        "vite": vite(),
        "arel": python(AREL, PAGE.replace("</body>", "{{ hot | safe }}</body>")),
    }
    peers = {name: peer for name, peer in peers.items() if name in (chosen or peers)}
    styles: dict[str, list[float]] = {name: [] for name in peers}
    pages: dict[str, list[float]] = {name: [] for name in peers}

    with sync_playwright() as playwright, ExitStack() as stack:
        system = shutil.which("chromium") or shutil.which("google-chrome")
        browser = playwright.chromium.launch(executable_path=system, args=FLAGS)
        running = {name: stack.enter_context(peer) for name, peer in peers.items()}
        print(headline(f"Save → screen, Chromium {browser.version}, {BLOCKS * SAVES} saves each, ms (p50 / p90)"))

        for turn in range(BLOCKS):
            for name, (folder, url) in running.items():
                more_styles, more_pages = block(browser, folder, url, 1 + turn * SAVES)
                styles[name] += more_styles
                pages[name] += more_pages

    report("stylesheet", styles)
    report("template", pages)


def report(title: str, figures: dict[str, list[float]]) -> None:
    """The saves that were seen, and how many were not."""
    seen = {name: [value for value in values if value != LOST] for name, values in figures.items()}

    for name, values in seen.items():
        lost = f"   {len(figures[name]) - len(values)} lost" if LOST in figures[name] else ""
        ratio = f"   {median(values) / median(seen['vite']):5.2f} × Vite" if "vite" in seen else ""
        print(f"{title:11} {name:12} {median(values):7.1f} / {percentile(values, 90):7.1f}{ratio}{lost}")


if __name__ == "__main__":
    main(*sys.argv[1:])
