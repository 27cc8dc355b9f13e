"""What the bridge costs a request: throughput of an app under uvicorn, and of the same behind a front and a line.

Both stand side by side, wrk on the second core; rounds take turns, so that what else the machine does falls on both.
A ratio is taken within a round, and the median of the ratios is the figure. Beside the throughput stands the processor
time for a request, of the server alone or of front and worker together.
"""

from __future__ import annotations

import re
import subprocess
import sys
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING

import httpx
import psutil

from tests.bridge.processes import bridged
from tests.servers import serving

from .harness import headline, median, pin, processor_time, project

if TYPE_CHECKING:
    from tests.servers import Server

ROUNDS = 9
SECONDS = 3
CONNECTIONS = 8
REQUESTS = re.compile(r"(\d+) requests in")
RATE = re.compile(r"Requests/sec:\s+([\d.]+)")
LOOPS = ("uvloop", "asyncio")

APP = """
from starlette.applications import Starlette
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

LARGE = b"x" * 1_000_000

async def json(request):
    return JSONResponse({"id": 1, "name": "one", "tags": ["a", "b"]})

async def large(request):
    return Response(LARGE, media_type="application/octet-stream")

app = Starlette(routes=[Route("/json", json), Route("/large", large)])
"""
PATHS = {"/json": 0.6, "/large": 0.8}
"""What is asked for, and the ratio that is the bar."""


@dataclass(frozen=True)
class Result:
    """Requests per second that wrk got through, and the processor time for each, in µs."""

    rate: float
    cpu: float


def processes(server: Server) -> list[int]:
    return [server.process.pid, *(child.pid for child in psutil.Process(server.process.pid).children())]


def measure(server: Server, path: str) -> Result:
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s", server.url + path]
    before = sum(processor_time(pid) for pid in processes(server))
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    pin(process.pid, 1)
    output, _ = process.communicate(timeout=SECONDS + 30)
    spent = sum(processor_time(pid) for pid in processes(server)) - before
    count, rate = REQUESTS.search(output), RATE.search(output)
    if count is None or rate is None or "Non-2xx" in output:
        raise RuntimeError(f"wrk did not measure: {output}")
    return Result(float(rate[1]), spent / int(count[1]) * 1_000_000)


def check(servers: dict[str, Server]) -> None:
    """Is each what its name says?"""
    for name, server in servers.items():
        if httpx.get(f"{server.url}/json").json()["id"] != 1 or len(httpx.get(f"{server.url}/large").content) != 10**6:
            raise RuntimeError(f"{name} does not answer as it should")
        if len(processes(server)) != (2 if name == "bridged" else 1):
            raise RuntimeError(f"{name} has {len(processes(server))} processes")


def compare(loop: str) -> None:
    with ExitStack() as stack:
        servers = {}
        for name, files in {"direct": {"main.py": APP}, "bridged": bridged(APP)}.items():
            folder = stack.enter_context(project(files))
            extra = ["--no-access-log", "--loop", loop]
            servers[name] = stack.enter_context(serving(folder, env={"LOOP": loop}, extra=extra))

        check(servers)
        print(headline(f"Bridge cost, uvicorn on {loop}, {ROUNDS} rounds of {SECONDS} s, {CONNECTIONS} connections"))

        for path, bar in PATHS.items():
            rounds = [{name: measure(each, path) for name, each in servers.items()} for _ in range(ROUNDS)]

            for name in servers:
                rate = median([each[name].rate for each in rounds])
                ratio = median([each[name].rate / each["direct"].rate for each in rounds])
                cpu = median([each[name].cpu for each in rounds])
                aim = "" if name == "direct" else f"   (bar {bar})"
                print(f"{path:7} {name:8} {rate:7.0f} requests/s, {cpu:6.1f} µs each, {ratio:.3f} × direct{aim}")


def main() -> None:
    for loop in sys.argv[1:] or LOOPS:
        compare(loop)


if __name__ == "__main__":
    main()
