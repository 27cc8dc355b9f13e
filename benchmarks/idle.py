"""What watching costs while nothing happens: share of one core with 10,000 watched files and a page open.

The watcher looks often in the minute after somebody has been at work, and less often after that; both are measured.
"""

from __future__ import annotations

import time
from contextlib import ExitStack

import psutil

from tests.pages import listening
from tests.servers import serving

from .harness import headline, project

FILES = 10_000
PER_DIRECTORY = 50
AT_WORK_S = 5  # after the start
AT_REST_S = 65
SECONDS = 30

APP = """
from starlette.applications import Starlette
from starlette.responses import HTMLResponse
from starlette.routing import Route

async def home(request):
    return HTMLResponse("<!doctype html><title>page</title><p>page")

app = Starlette(routes=[Route("/", home)])
"""
WRAPPED = f"{APP}\nfrom asgi_reload import ReloadMiddleware\napp = ReloadMiddleware(app)\n"
CONTENT = {f"site/{n // PER_DIRECTORY:03}/{n}.html": f"<p>{n}" for n in range(FILES)}
# Name → app, extra arguments for uvicorn, is a page open, after how many s is it measured?
VARIANTS: dict[str, tuple[str, list[str], bool, int]] = {
    "uvicorn": (APP, [], False, AT_WORK_S),
    "uvicorn --reload": (APP, ["--reload"], False, AT_WORK_S),
    "asgi-reload, at work": (WRAPPED, [], True, AT_WORK_S),
    "asgi-reload, at rest": (WRAPPED, [], True, AT_REST_S),
}


def share(process: psutil.Process) -> float:
    """Percent of one core that the process and its children took."""
    family = [process, *process.children(recursive=True)]
    before = [each.cpu_times() for each in family]
    began = time.perf_counter()
    time.sleep(SECONDS)
    took = time.perf_counter() - began
    after = [each.cpu_times() for each in family]
    spent: float = sum(b.user + b.system - a.user - a.system for a, b in zip(before, after, strict=True))
    return 100 * spent / took


def main() -> None:
    print(headline(f"Idle, {FILES:,} watched files, {SECONDS} s"))

    for name, (source, extra, has_page, delay) in VARIANTS.items():
        with ExitStack() as stack:
            folder = stack.enter_context(project({"main.py": source, **CONTENT}))
            server = stack.enter_context(serving(folder, extra=extra))
            if has_page:
                stack.enter_context(listening(server.url, transport="ws")).next("hello")
            time.sleep(delay)
            print(f"{name:20} {share(psutil.Process(server.process.pid)):5.2f} % of one core")


if __name__ == "__main__":
    main()
