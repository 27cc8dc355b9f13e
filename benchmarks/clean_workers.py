"""From the moment a Python file is written to the first answer of a clean worker: the command, and peers that restart.

The shop of 100 modules behind `--cold` and `--hot`; on Python 3.14 a journal of 31 modules behind `--isolated`, with
the next interpreter made ahead and without. Blocks of saves take turns. Beside the one who waits for the new answer
others ask all the time, 20 times a second; whatever is not answered counts as failed. Saves change a helper that all
modules use.
"""

from __future__ import annotations

import random
import shutil
import sys
import time
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import httpx
import psutil

from tests.programs.traffic import CONNECTIONS, Traffic

from . import journal, shop
from .contenders import DEADLINE_S, RELOAD, Served, serving
from .harness import HERE, headline, median, percentile

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from .contenders import Running

BLOCKS = 4
SAVES = 5  # for each contender, in each block
PAUSE_S = (1.0, 1.5)
TRAFFIC = 20  # requests a second
MB = 1024 * 1024
WITH_INTERPRETERS = (3, 14)

OURS = ("asgi_reload", "main:app", "--port", "{port}", "--log-level", "warning", "--no-access-log")
GRANIAN = ("granian", "main:app", "--interface", "asgi", "--port", "{port}", "--log-level", "warning", "--reload")
COLD = Served("asgi-reload --cold", (*OURS, "--cold"))
HOT = Served("asgi-reload --hot", (*OURS, "--hot"))
ISOLATED = Served("asgi-reload --isolated", (*OURS, "--isolated"))
UNPREPARED = Served("the same, nothing ahead", ("benchmarks.without_standby", "--port", "{port}"))


@dataclass(frozen=True)
class Suite:
    """Who is compared over which project. bars: of a contender, relative to another: at most that share."""

    title: str
    contenders: Sequence[Served]
    leaf: str
    text: Callable[[int], str]
    bars: dict[tuple[str, str], float]


@dataclass
class Figures:
    """What one contender took, in ms, and what became of the requests of others."""

    saves: list[float] = field(default_factory=list)
    failed: int = 0
    asked: int = 0
    memory: str = ""


def suites() -> list[Suite]:
    """The shop; and the journal, if there is a Python with interpreters that can run it."""
    shops = Suite(
        "The shop, 100 modules, FastAPI, SQLAlchemy",
        (COLD, HOT, RELOAD, Served("granian --reload", GRANIAN, needs="granian")),
        shop.LEAF,
        shop.leaf,
        {(COLD.name, RELOAD.name): 1 / 6},
    )
    python = sys.executable if sys.version_info >= WITH_INTERPRETERS else shutil.which("python3.14")
    if python is None or not replace(ISOLATED, python=python, needs="asgi_reload.cli.main, jinja2").is_here:
        return [shops]

    journals = [replace(each, project=journal.files, python=python) for each in (ISOLATED, UNPREPARED, RELOAD)]
    bars = {(ISOLATED.name, RELOAD.name): 1 / 6, (ISOLATED.name, UNPREPARED.name): 1 / 4}
    title = "The journal, 31 modules, Starlette, Jinja2, all on Python 3.14"
    return [shops, Suite(title, journals, journal.LEAF, journal.leaf, bars)]


def block(running: Running, figures: Figures, suite: Suite, first: int) -> None:
    """Some saves, with others asking."""
    before = running.failed
    traffic = Traffic(running.port, ["/label"], CONNECTIONS / TRAFFIC)
    try:
        for version in range(first, first + SAVES):
            time.sleep(random.uniform(*PAUSE_S))
            began = running.save(suite.leaf, suite.text(version))
            figures.saves.append(running.until("/label", f"v{version};", began))
    finally:
        traffic.stop()

    figures.asked += len(traffic.answers)
    figures.failed += sum(answer.status != 200 for answer in traffic.answers) + running.failed - before


def workers(running: Running) -> dict[str, int]:
    """Process ids by what they are; a peer's have no names."""
    front = running.process.pid
    family = [front, *(child.pid for child in psutil.Process(front).children(recursive=True))]
    answer = httpx.get(f"{running.url}/__reload__/status")
    if answer.status_code != 200:
        return {f"process {number}": pid for number, pid in enumerate(family, 1)}

    told = answer.json()["workers"]
    named = {front: "front", told["current"]: "worker"}
    named |= {pid: "standby" for pid in family if pid not in named}
    return {name: pid for pid, name in named.items()}


def until_ready(running: Running) -> None:
    """Until the standby is there, where there is to be one; and whoever watches files does."""
    began = time.monotonic()
    time.sleep(3)
    while time.monotonic() - began < DEADLINE_S:
        answer = httpx.get(f"{running.url}/__reload__/status")
        if answer.status_code != 200 or answer.json()["workers"]["standby"].get("pid"):
            return
        time.sleep(0.1)


def memory(running: Running) -> str:
    """RSS and PSS of each process; of pages that are shared PSS counts a share, RSS the whole."""
    parts, total = [], 0.0
    for name, pid in workers(running).items():
        info = psutil.Process(pid).memory_full_info()
        shared = getattr(info, "pss", info.uss) / MB
        total += shared
        parts.append(f"{name} {info.rss / MB:.0f} / {shared:.0f}")
    return f"{', '.join(parts)}; PSS of all {total:.0f}"


def compare(suite: Suite) -> None:
    contenders = [each for each in suite.contenders if each.is_here]
    print(headline(f"{suite.title}: save → first new answer, {BLOCKS * SAVES} saves each, ms (p50 / p90)"))
    figures = {each.name: Figures() for each in contenders}

    with ExitStack() as stack:
        env = {"PYTHONPATH": str(HERE.parent)}
        running = {each.name: stack.enter_context(serving(each, env)) for each in contenders}
        for each in running.values():
            until_ready(each)
        for turn in range(BLOCKS):
            for name, each in running.items():
                block(each, figures[name], suite, 1 + turn * SAVES)
        for name, each in running.items():
            figures[name].memory = memory(each)

    for name in figures:
        report(name, figures, suite)


def report(name: str, figures: dict[str, Figures], suite: Suite) -> None:
    """What one took, how it compares, and what was lost."""
    mine = figures[name]
    print(f"{name:24} {median(mine.saves):8.1f} / {percentile(mine.saves, 90):8.1f}")
    for (one, other), bar in suite.bars.items():
        if one == name and other in figures:
            print(f"{'':24} {median(mine.saves) / median(figures[other].saves):.3f} × {other} (bar {bar:.3f})")
    print(f"{'':24} {mine.failed} requests failed; others asked {mine.asked}")
    print(f"{'':24} MB, RSS / PSS: {mine.memory}")


if __name__ == "__main__":
    for chosen in suites():
        if not sys.argv[1:] or chosen.title.lower().split(",")[0].split()[-1] in sys.argv[1:]:
            compare(chosen)
