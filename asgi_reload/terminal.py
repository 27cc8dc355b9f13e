"""`breakpoint()` in a worker. The worker is a process group of its own, in the background of the front's terminal.

So the debugger takes the terminal (tcsetpgrp(3)) for as long as it waits for a command, and gives it back.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from contextlib import contextmanager, suppress
from pathlib import Path
from pdb import Pdb
from typing import TYPE_CHECKING, Any, Final, TextIO

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

TERMINAL: Final = "/dev/tty"
USUAL: Final = (None, "", "pdb.set_trace")
"""`PYTHONBREAKPOINT` (PEP 553) as it means Python's own debugger."""
NO_TERMINAL: Final = "asgi-reload: breakpoint() is passed over: no terminal is in front of this server\n"


def install(front_group: int) -> None:
    """Make `breakpoint()` work in this process, whatever its thread. `front_group`: the front's process group."""
    if hasattr(os, "tcsetpgrp"):
        sys.breakpointhook = Breakpoint(Terminal(front_group))


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


class Breakpoint:
    """What `breakpoint()` calls (PEP 553)."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal

    def __call__(self, *args: Any, header: str | None = None, **kwargs: Any) -> Any:
        wanted = os.environ.get("PYTHONBREAKPOINT")

        if wanted == "0":
            return None

        if not self._terminal.is_there:
            sys.stderr.write(NO_TERMINAL)
            return None

        if wanted not in USUAL:
            given = kwargs if header is None else {"header": header, **kwargs}
            with self._terminal.taken():
                return sys.__breakpointhook__(*args, **given)

        debugger = Debugger(self._terminal)
        if header is not None:
            debugger.message(header)
        # It stops at what runs next and is not skipped: in the frame that called breakpoint().
        return debugger.set_trace()


class Debugger(Pdb):
    """Python's debugger, with the terminal while it waits for a command."""

    def __init__(self, terminal: Terminal) -> None:
        super().__init__(*_streams(), skip=[__name__])
        self._terminal = terminal

    def interaction(self, frame: FrameType | None, *args: Any) -> None:
        # From Python 3.14 on the first stop is where set_trace() was called, skipped or not.
        if frame is not None and self.is_skipped_module(frame.f_globals["__name__"]):
            return

        with self._terminal.taken():
            super().interaction(frame, *args)


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


def _streams() -> tuple[str, TextIO | None, TextIO | None]:
    """The completion key, and what to read from and write to: None where that is the terminal already."""
    if sys.stdin is not None and os.isatty(0) and os.isatty(1):
        return "tab", None, None

    return "tab", Path(TERMINAL).open(encoding="utf-8"), Path(TERMINAL).open("w", encoding="utf-8")
