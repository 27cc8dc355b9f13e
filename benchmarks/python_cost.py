"""What it costs that Python can go live, while nobody edits: start-up, and requests before and after twenty reloads.

The shop of 100 modules, bare and wrapped. Start-up is from the moment the process is started to its first answer, and
its processor time until then, which minds a busy machine less; both take turns. Requests are measured with wrk.
"""

from __future__ import annotations

import sys
import time
from contextlib import ExitStack
from pathlib import Path

from tests.servers import Server

from . import shop
from .contenders import BARE, OURS, WRAPPED, Running, serving
from .harness import headline, median, processor_time
from .middleware_cost import measure

STARTS = 12
ROUNDS = 5
RELOADS = 20
PATH = "/page/1"
HEADERS = {"accept": "application/json"}


def starts() -> None:
    """How long it takes until the first answer."""
    wall: dict[str, list[float]] = {BARE.name: [], OURS.name: []}
    spent: dict[str, list[float]] = {BARE.name: [], OURS.name: []}

    for _ in range(STARTS):
        for contender in (BARE, OURS):
            began = time.perf_counter()
            with serving(contender) as running:
                wall[contender.name].append((time.perf_counter() - began) * 1000)
                spent[contender.name].append(processor_time(running.process.pid) * 1000)

    for name in (BARE.name, OURS.name):
        ratio = median(wall[name]) / median(wall[BARE.name]), median(spent[name]) / median(spent[BARE.name])
        print(
            f"start-up  {name:14} {median(wall[name]):7.0f} ms ({ratio[0]:.2f} ×)   "
            f"processor {median(spent[name]):7.0f} ms ({ratio[1]:.2f} ×)"
        )


def requests() -> None:
    """Requests per second, and processor time for each."""
    with ExitStack() as stack:
        servers = {
            "bare": stack.enter_context(serving(BARE)),
            "off": stack.enter_context(serving(OURS, {"ASGI_RELOAD": "0"})),
            "on": stack.enter_context(serving(OURS)),
            f"on, {RELOADS} reloads": reloaded(stack.enter_context(serving(OURS))),
        }
        rates: dict[str, list[float]] = {name: [] for name in servers}
        spent: dict[str, list[float]] = {name: [] for name in servers}
        for _ in range(ROUNDS):
            for name, running in servers.items():
                result = measure(Server(running.port, running.process, Path()), PATH, HEADERS)
                rates[name].append(result.rate)
                spent[name].append(result.cpu)

    for name in rates:
        ratio = median([a / b for a, b in zip(rates[name], rates["bare"], strict=True)])
        print(f"requests  {name:14} {median(rates[name]):7.0f} /s ({ratio:.2f} ×)   {median(spent[name]):6.1f} µs each")


def reloaded(running: Running) -> Running:
    """Half of the saves change a body, half of them a signature, so that `main.py` is executed anew."""
    for version in range(1, RELOADS + 1):
        began = running.save(shop.LEAF, shop.leaf(version))
        if version % 2:
            text = shop.main(version, WRAPPED).replace("Query(10, le=100)", f"Query(10, le={100 + version})")
            began = running.save(shop.MAIN, text)
        if running.until("/label", f"v{version};", began) == float("inf"):
            raise RuntimeError(f"save {version} was never answered")
    time.sleep(5)
    return running


def main() -> None:
    print(headline(f"Cost while nobody edits, {STARTS} starts, {ROUNDS} rounds of wrk"))
    starts()
    requests()


if __name__ == "__main__":
    main(*sys.argv[1:])
