"""The terminal of this session, and which process group has it. The others are its background."""

from __future__ import annotations

import os
import signal
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

TERMINAL: Final = "/dev/tty"


class Terminal:
    """The terminal of this session, which the front has but for a debugger's time."""

    def __init__(self, front_group: int) -> None:
        self._front_group = front_group
        self._lock = threading.RLock()

    @property
    def is_there(self) -> bool:
        """Is there a terminal, and is it the front that it belongs to now, or us?"""
        try:
            with _opened() as descriptor:
                return os.tcgetpgrp(descriptor) in (self._front_group, os.getpgrp())
        except OSError:
            return False

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Have the terminal; other threads that want it wait."""
        with self._lock, _opened() as descriptor:
            before = os.tcgetpgrp(descriptor)
            give(descriptor, os.getpgrp())
            try:
                yield
            finally:
                with suppress(OSError):  # it may have gone meanwhile
                    give(descriptor, before)


def give(descriptor: int, group: int) -> None:
    """Make a process group the terminal's foreground.

    From the background that would stop us (SIGTTOU, POSIX.1-2017, section 11.1.4), so the thread blocks the signal.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTTOU})
    try:
        os.tcsetpgrp(descriptor, group)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def _opened() -> Iterator[int]:
    descriptor = os.open(TERMINAL, os.O_RDWR | os.O_NOCTTY | os.O_CLOEXEC)
    try:
        yield descriptor
    finally:
        os.close(descriptor)
