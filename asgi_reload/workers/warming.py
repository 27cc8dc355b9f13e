"""Importing ahead what workers will need, without a word and whatever comes of it; and what stands against a fork."""

from __future__ import annotations

import gc
import importlib
import os
import sys
import threading
import warnings
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

# None of it is the project's.
USUAL: Final = (
    "asyncio",
    "anyio._backends._asyncio",
    "uvloop",
    "uvicorn.config",
    "uvicorn.logging",
    "uvicorn.loops.auto",
)
TASKS: Final = Path("/proc/self/task")


@dataclass
class Warmth:
    """What came of a warm-up. failed: module → why; threads: module → how many threads were there after its import."""

    modules: list[str] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)
    threads: dict[str, int] = field(default_factory=dict)


def warm(modules: Iterable[str]) -> Warmth:
    """Import what a worker runs on, then these in that order, each that fails passed over.

    What they leave is put out of the collector's sight.
    """
    warmth = Warmth()
    threads = running_threads()

    with _quiet():
        _import_usual()
        for name in modules:
            _import(name, warmth)
            if (now := running_threads()) > threads:
                warmth.threads[name] = threads = now

    gc.collect()
    gc.freeze()
    return warmth


def load(entry: str) -> Callable[..., int]:
    """The function that an entry names, `module:function`, and with it all that a worker runs on.

    To be called before the project comes first in `sys.path`: a `queue.py` in there is not for us.
    """
    _import_usual()
    module, _, name = entry.partition(":")
    function: Callable[..., int] = getattr(importlib.import_module(module), name)
    return function


def running_threads() -> int:
    """Threads of this process; with those that Python does not know of, where the system tells."""
    try:
        return len(os.listdir(TASKS))  # noqa: PTH208
    except OSError:
        return threading.active_count()


def why_no_fork() -> str:
    """Why a fork of this process would not be safe now; empty if it is."""
    if sys.platform != "linux" or not hasattr(os, "pidfd_open"):
        return f"forks are safe on Linux only, this is {sys.platform}"

    if (count := running_threads()) > 1:
        return f"{count} threads run in it"

    return ""


def _import_usual() -> None:
    """As far as it is installed, and loads here: uvloop does not in a subinterpreter, and nobody misses it."""
    for name in USUAL:
        with suppress(ImportError):
            importlib.import_module(name)


def _import(name: str, warmth: Warmth) -> None:
    try:
        importlib.import_module(name)
    except (Exception, SystemExit) as error:
        warmth.failed[name] = f"{type(error).__name__}: {error}"
    else:
        warmth.modules.append(name)


@contextmanager
def _quiet() -> Iterator[None]:
    """Without warnings on the terminal. The filters are left alone: a module may set its own, and they have to stay."""
    shown = warnings.showwarning
    warnings.showwarning = lambda *_, **__: None
    try:
        yield
    finally:
        warnings.showwarning = shown
