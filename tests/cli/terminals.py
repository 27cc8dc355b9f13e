"""A real terminal, as a developer has it, with a program in its foreground."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.servers import clean_environment, kill_group

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

DEADLINE_S = 10.0
# A session leader with the terminal as its controlling one, which `login` would be; then the program.
LEADER = """
import fcntl, os, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execv(sys.executable, [sys.executable, *sys.argv[1:]])
"""


@dataclass
class Screen:
    """What a person sees and types."""

    master: int
    process: subprocess.Popen[bytes]
    shown: str = field(default="")
    _read: int = 0

    def type(self, text: str) -> None:
        os.write(self.master, text.encode())

    def until(self, words: str) -> str:
        """Wait for words that were not waited for before; all that came up to them."""
        deadline = time.monotonic() + DEADLINE_S

        while words not in self.shown[self._read :]:
            if not self._more(deadline - time.monotonic()):
                raise AssertionError(f"{words!r} did not come; the screen shows:\n{self.shown}")

        end = self.shown.index(words, self._read) + len(words)
        seen, self._read = self.shown[self._read : end], end
        return seen

    def ended(self) -> int:
        """The exit code, once the program has ended."""
        deadline = time.monotonic() + DEADLINE_S
        while self.process.poll() is None and time.monotonic() < deadline:
            self._more(0.05)
        with suppress(AssertionError):
            while self._more(0.05):
                pass
        return self.process.wait(0.1)

    def hang_up(self) -> None:
        os.close(self.master)
        self.master = -1

    def _more(self, seconds: float) -> bool:
        ready, _, _ = select.select([self.master], [], [], max(seconds, 0))
        try:
            data = os.read(self.master, 65536) if ready else b""
        except OSError:  # the last program has closed the terminal
            return False
        self.shown += data.decode(errors="replace").replace("\r\n", "\n")
        return bool(data)


@contextmanager
def terminal(folder: Path, command: Sequence[str], env: Mapping[str, str] | None = None) -> Iterator[Screen]:
    """Run Python with these arguments in the foreground of a terminal of its own."""
    master, slave = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", LEADER, *command],
        cwd=folder,
        env=clean_environment({"TERM": "xterm", **(env or {})}),
        stdin=slave,
        stdout=slave,
        stderr=slave,
        start_new_session=True,
    )
    os.close(slave)
    screen = Screen(master, process)

    try:
        yield screen
    finally:
        kill_group(process)
        if screen.master >= 0:
            os.close(screen.master)
