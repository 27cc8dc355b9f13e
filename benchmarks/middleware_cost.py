"""What the middleware costs a request: throughput of an app bare, wrapped, and wrapped but switched off.

Three uvicorns stand side by side on one core, wrk on the other; rounds take turns, so that what else the machine does
falls on all three. A ratio is taken within a round, and the median of the ratios is the figure. Beside the throughput
stands the server's own processor time for a request, which says the same and minds a busy machine less.
"""

from __future__ import annotations

import re
import subprocess
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING

import httpx

from tests.pages import HTML
from tests.servers import serving

from .harness import headline, median, pin, processor_time, project

if TYPE_CHECKING:
    from tests.servers import Server

ROUNDS = 9
SECONDS = 3
CONNECTIONS = 8
REQUESTS = re.compile(r"(\d+) requests in")
RATE = re.compile(r"Requests/sec:\s+([\d.]+)")

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


@dataclass(frozen=True)
class Result:
    """Requests per second that wrk got through, and the server's processor time for each, in µs."""

    rate: float
    cpu: float


def measure(server: Server, path: str, headers: dict[str, str]) -> Result:
    options = [part for name, value in headers.items() for part in ("-H", f"{name}: {value}")]
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s", *options, server.url + path]
    before = processor_time(server.process.pid)
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    pin(process.pid, 1)
    output, _ = process.communicate(timeout=SECONDS + 30)
    spent = processor_time(server.process.pid) - before
    count, rate = REQUESTS.search(output), RATE.search(output)
    if count is None or rate is None or "Non-2xx" in output:
        raise RuntimeError(f"wrk did not measure: {output}")
    return Result(float(rate[1]), spent / int(count[1]) * 1_000_000)


def check(servers: dict[str, Server]) -> None:
    """Is each what its name says?"""
    for name, server in servers.items():
        answer = httpx.get(f"{server.url}/page", headers=HTML)
        if ("data-asgi-reload" in answer.text) != (name == "wrapped"):
            raise RuntimeError(f"{name} is not what it should be: {answer.headers}")


def main() -> None:
    with ExitStack() as stack:
        servers = {}
        for name, (source, env) in VARIANTS.items():
            folder = stack.enter_context(project({"main.py": source}))
            servers[name] = stack.enter_context(serving(folder, env=env, extra=["--no-access-log"]))
            pin(servers[name].process.pid, 0)

        check(servers)
        print(headline(f"Middleware cost, uvicorn, {ROUNDS} rounds of {SECONDS} s, {CONNECTIONS} connections"))

        for path, headers in KINDS.items():
            rounds = [{name: measure(each, path, headers) for name, each in servers.items()} for _ in range(ROUNDS)]

            for name in servers:
                rate = median([each[name].rate for each in rounds])
                ratio = median([each[name].rate / each["bare"].rate for each in rounds])
                cpu = median([each[name].cpu for each in rounds])
                share = median([each["bare"].cpu / each[name].cpu for each in rounds])
                print(
                    f"{path:6} {name:8} {rate:7.0f} requests/s, {ratio:.3f} × bare"
                    f"   {cpu:6.1f} µs each, {share:.3f} × bare"
                )


if __name__ == "__main__":
    main()
