"""The conditions under which a module is executed: with an event loop or without, and for how long at most."""

from __future__ import annotations

import asyncio
import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


class ImportTookTooLong(BaseException):
    """A module did not come back from its import. Not an Exception, so that user code does not swallow it."""


@contextmanager
def no_loop() -> Iterator[None]:
    """As if no event loop ran in this thread: many servers import the app before theirs does, and so do we."""
    loop = asyncio._get_running_loop()
    task = None if loop is None else asyncio.current_task()
    if loop is not None and task is not None:
        asyncio._leave_task(loop, task)

    asyncio._set_running_loop(None)
    try:
        yield
    finally:
        asyncio._set_running_loop(loop)
        if loop is not None and task is not None:
            asyncio._enter_task(loop, task)


@contextmanager
def bounded(seconds: float) -> Iterator[None]:
    """Interrupt what takes longer, a `time.sleep` too: in the main thread, and where nobody else uses SIGALRM."""
    is_free = threading.current_thread() is threading.main_thread() and hasattr(signal, "setitimer")
    if not is_free or signal.getsignal(signal.SIGALRM) is not signal.SIG_DFL:
        yield
        return

    def interrupt(_: int, __: object) -> None:
        raise ImportTookTooLong(f"the import took more than {seconds:g} s")

    signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
