"""Notice that the server is told to stop, in time to end our own streams. Knows no server and patches none.

An open event stream keeps uvicorn, hypercorn and granian from stopping. By the time of `lifespan.shutdown` it is too
late: uvicorn waits for its connections first. So the handlers of SIGINT and SIGTERM are chained while we run.
"""

from __future__ import annotations

import signal
import socket
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import anyio

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM)


class StopSignal:
    """Becomes set when the process gets SIGINT or SIGTERM; what was installed before still runs."""

    def __init__(self) -> None:
        self._reader, self._writer = socket.socketpair()
        self._reader.setblocking(False)
        self._writer.setblocking(False)

    async def wait(self) -> None:
        """Return after the first signal."""
        # A handler runs between two bytecodes of whatever the loop is at: a byte on a socket is safe there.
        await anyio.wait_readable(self._reader)

    def close(self) -> None:
        self._reader.close()
        self._writer.close()

    def notice(self) -> None:
        with suppress(OSError):  # full or closed: somebody has been told already
            self._writer.send(b"\0")


@contextmanager
def stop_signal() -> Iterator[StopSignal | None]:
    """Chain the handlers for as long as the block runs; None outside the main thread, where Python allows none."""
    if threading.current_thread() is not threading.main_thread():
        yield None
        return

    stop = StopSignal()
    restore = [undo for number in SIGNALS if (undo := _chain(number, stop)) is not None]
    try:
        yield stop
    finally:
        for undo in restore:
            undo()
        stop.close()


def _chain(number: signal.Signals, stop: StopSignal) -> Callable[[], None] | None:
    previous = signal.getsignal(number)

    if not callable(previous):
        return None  # the default action ends the process: no stream holds it up

    def handler(signum: int, frame: FrameType | None) -> None:
        stop.notice()
        previous(signum, frame)

    def undo() -> None:
        # Whoever chained after us keeps what he has; ours passes on to `previous` either way.
        if signal.getsignal(number) is handler:
            signal.signal(number, previous)

    signal.signal(number, handler)
    return undo
