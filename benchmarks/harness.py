"""What the benchmarks share: a folder with an app in it, figures, and a line that says what they were measured on."""

from __future__ import annotations

import os
import platform
import statistics
import tempfile
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

HERE = Path(__file__).parent


@contextmanager
def project(files: Mapping[str, str]) -> Iterator[Path]:
    """A folder with these files, gone at the end."""
    with tempfile.TemporaryDirectory(prefix="asgi-reload-") as directory:
        folder = Path(directory) / "site"
        for name, text in files.items():
            file = folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        yield folder


def percentile(values: Sequence[float], percent: int) -> float:
    """The smallest value that at least `percent` of the values do not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * percent // 100) - 1)]


def median(values: Sequence[float]) -> float:
    return statistics.median(values)


def headline(title: str) -> str:
    """The benchmark's name, the day and the machine."""
    cores = os.cpu_count()
    load = os.getloadavg()[0]
    return (
        f"\n{title}\n{date.today()}, {platform.system()} {platform.machine()}, {cores} cores, "
        f"load {load:.1f}, Python {platform.python_version()}"
    )


def processor_time(pid: int) -> float:
    """Seconds of processor time that a process has taken so far; says what a wall clock cannot on a busy machine."""
    times = psutil.Process(pid).cpu_times()
    return float(times.user + times.system)


def pin(pid: int, core: int) -> None:
    """Keep a process on one core where the system lets us, so that load and server do not take turns."""
    if hasattr(os, "sched_setaffinity") and (os.cpu_count() or 1) > 1:
        os.sched_setaffinity(pid, {core})
