"""What a worker arranges around the user's code before it imports it: logging, priority, and the event loop."""

from __future__ import annotations

import gc
import importlib
import logging.config
import os
import signal
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final

from ..terminal import install

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable, Iterator

    from .plan import WorkerPlan

AUDIT_NICENESS: Final = 10
RARELY: Final = 50_000
"""Objects that are made between two looks for garbage while the project is imported."""


def set_up(plan: WorkerPlan) -> None:
    """Arrange what a server would have arranged when it imports an app."""
    if plan.is_audit:
        os.nice(AUDIT_NICENESS)
    else:
        install(plan.front_group)
    if plan.mode != "isolated":  # there signals are nobody's but the process's
        # A read of the terminal from the background is an error of whoever reads; stopped, the worker could not say so.
        signal.signal(signal.SIGTTIN, signal.SIG_IGN)

    uvicorn = importlib.import_module("uvicorn.config")
    logging.config.dictConfig(uvicorn.LOGGING_CONFIG)
    logging.getLogger("uvicorn").setLevel(plan.log_level.upper())


def promote(plan: WorkerPlan) -> None:
    """An auditor is to answer: nothing that was arranged for its being in nobody's way holds any more."""
    if plan.is_audit:
        install(plan.front_group)
        with suppress(OSError):  # only root may; else it goes on as it is, where others have nothing to do
            os.setpriority(os.PRIO_PROCESS, 0, 0)


def fast_loop() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """uvloop's, if it is there and loads in this interpreter; None is asyncio's own."""
    try:
        loop: Callable[[], asyncio.AbstractEventLoop] = importlib.import_module("uvloop").new_event_loop
    except ImportError:
        return None

    return loop


@contextmanager
def seldom_collected() -> Iterator[None]:
    """For an import, which makes much and throws little away: a tenth of its time is spent on looking for garbage.

    What user code says of the collector meanwhile holds.
    """
    before = gc.get_threshold()
    during = (max(before[0], RARELY), *before[1:]) if before[0] else before  # 0: it is off
    gc.set_threshold(*during)
    try:
        yield
    finally:
        if gc.get_threshold() == during:
            gc.set_threshold(*before)
