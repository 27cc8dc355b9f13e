"""What the middleware costs a request: throughput of an app bare, wrapped, and wrapped but switched off.

Three uvicorns stand side by side on one core, wrk on the other; rounds take turns, so that what else the machine does
falls on all three. A ratio is taken within a round, and the median of the ratios is the figure.
"""

from __future__ import annotations

import re
import subprocess
from contextlib import ExitStack

import httpx

from tests.pages import HTML
from tests.servers import serving

from .harness import headline, median, pin, project

ROUNDS = 9
SECONDS = 3
CONNECTIONS = 8
REQUESTS = re.compile(r"Requests/sec:\s+([\d.]+)")

APP = """
from starlette.applications import Starlette
from starlette.responses import HTMLResponse, JSONResponse
from starlette.routing import Route

TEXT = "<p>ten kilobytes of page</p>" * 350
PAGE = f"<!doctype html><html><head><title>page</title></head><body>{TEXT}</body></html>"

async def json(request):
    return JSONResponse({"id": 1, "name": "one", "tags": ["a", "b"]})

async def page(request):
    return HTMLResponse(PAGE)

app = Starlette(routes=[Route("/json", json), Route("/page", page)])
"""
WRAPPED = f"{APP}\nfrom asgi_reload import ReloadMiddleware\napp = ReloadMiddleware(app)\n"
VARIANTS = {"bare": (APP, {}), "wrapped": (WRAPPED, {}), "off": (WRAPPED, {"ASGI_RELOAD": "0"})}
# What an API client and a navigating browser send.
KINDS = {"/json": {"accept": "application/json"}, "/page": HTML}


def throughput(url: str, headers: dict[str, str]) -> float:
    """Requests per second that wrk gets through."""
    options = [part for name, value in headers.items() for part in ("-H", f"{name}: {value}")]
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s", *options, url]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    pin(process.pid, 1)
    output, _ = process.communicate(timeout=SECONDS + 30)
    found = REQUESTS.search(output)
    if found is None or "Non-2xx" in output:
        raise RuntimeError(f"wrk did not measure: {output}")
    return float(found[1])


def check(urls: dict[str, str]) -> None:
    """Is each what its name says?"""
    for name, url in urls.items():
        answer = httpx.get(f"{url}/page", headers=HTML)
        if ("data-asgi-reload" in answer.text) != (name == "wrapped"):
            raise RuntimeError(f"{name} is not what it should be: {answer.headers}")


def main() -> None:
    with ExitStack() as stack:
        urls = {}
        for name, (source, env) in VARIANTS.items():
            folder = stack.enter_context(project({"main.py": source}))
            server = stack.enter_context(serving(folder, env=env, extra=["--no-access-log"]))
            pin(server.process.pid, 0)
            urls[name] = server.url

        check(urls)
        print(
            headline(f"Middleware cost, uvicorn (httptools), {ROUNDS} rounds of {SECONDS} s, {CONNECTIONS} connections")
        )

        for path, headers in KINDS.items():
            rounds = [{name: throughput(url + path, headers) for name, url in urls.items()} for _ in range(ROUNDS)]

            for name in urls:
                rate = median([each[name] for each in rounds])
                ratio = median([each[name] / each["bare"] for each in rounds])
                print(f"{path:6} {name:8} {rate:8.0f} requests/s   {ratio:.3f} × bare")


if __name__ == "__main__":
    main()
