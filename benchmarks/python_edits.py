"""From the moment a Python file is written to the first answer that shows it: ours, and the peers.

The shop of 100 modules (`benchmarks/shop.py`), one server for each contender; blocks of saves take turns, so that what
else the machine does falls on all. A request is sent right after the save, and again until the answer is new; requests
that fail on the way are counted. Saves change the body of a helper that all services use, and that of a route in
`main.py`.
"""

from __future__ import annotations

import math
import random
import sys
import time
from contextlib import ExitStack
from dataclasses import dataclass, field

import psutil

from . import shop
from .contenders import OURS, PEERS, Running, serving
from .harness import headline, median, percentile, processor_time

BLOCKS = 4
SAVES = 5  # of each kind, for each contender, in each block
PAUSE_S = (0.4, 0.7)


@dataclass
class Figures:
    """What one contender took, in ms. `spent`: the processor time of its processes for one save, of either kind."""

    leaf: list[float] = field(default_factory=list)
    route: list[float] = field(default_factory=list)
    spent: list[float] = field(default_factory=list)


def block(running: Running, figures: Figures, first: int, tail: str) -> None:
    """Some saves of each kind."""
    before = family_time(running.process.pid)
    for version in range(first, first + SAVES):
        time.sleep(random.uniform(*PAUSE_S))
        began = running.save(shop.LEAF, shop.leaf(version))
        figures.leaf.append(running.until("/label", f"v{version};", began))
        time.sleep(random.uniform(*PAUSE_S))
        began = running.save(shop.MAIN, shop.main(version, tail))
        figures.route.append(running.until(f"/page/{shop.ROUTES // 2}", f"r{version};", began))
    time.sleep(1)  # what is put off until nobody asks belongs to it
    figures.spent.append((family_time(running.process.pid) - before) * 1000 / SAVES / 2)


def family_time(pid: int) -> float:
    """Seconds of processor time of a process, of its children, and of those that have ended."""
    process = psutil.Process(pid)
    ended = process.cpu_times()
    living = [processor_time(child.pid) for child in process.children(recursive=True)]
    return processor_time(pid) + float(ended.children_user + ended.children_system) + sum(living)


def main(*chosen: str) -> None:
    contenders = [each for each in (OURS, *PEERS) if each.is_here and each.name in (chosen or {each.name})]
    print(headline(f"Save of Python → first new answer, {BLOCKS * SAVES} saves each, ms (p50 / p90)"))
    print(f"left out, not installed: {', '.join(p.name for p in PEERS if not p.is_here) or 'none'}")
    figures = {each.name: Figures() for each in contenders}

    with ExitStack() as stack:
        running = {each.name: stack.enter_context(serving(each)) for each in contenders}
        time.sleep(3)
        for turn in range(BLOCKS):
            for each in contenders:
                tail = each.files()[shop.MAIN].removeprefix(shop.main(0))
                block(running[each.name], figures[each.name], 1 + turn * SAVES, tail)

        for each in contenders:
            report(each.name, figures, running[each.name])


def report(name: str, figures: dict[str, Figures], running: Running) -> None:
    """One line for each kind: the figure, how ours compares, and what was lost or failed."""
    ours = figures.get(OURS.name)

    for kind in ("leaf", "route"):
        values: list[float] = getattr(figures[name], kind)
        seen = [value for value in values if value != math.inf]
        lost = f"   {len(values) - len(seen)} never shown" if len(seen) < len(values) else ""
        if not seen:
            print(f"{kind:6} {name:17} never shown")
            continue
        ratio = f"   ours is {median(getattr(ours, kind)) / median(seen):.3f} ×" if ours and name != OURS.name else ""
        print(f"{kind:6} {name:17} {median(seen):8.1f} / {percentile(seen, 90):8.1f}{ratio}{lost}")
    print(f"       {name:17} {median(figures[name].spent):8.1f} ms of processor time for a save")
    print(f"       {name:17} {running.failed} of {running.asked} requests failed")


if __name__ == "__main__":
    main(*sys.argv[1:])
