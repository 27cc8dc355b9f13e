"""Keeps a listener at the directories that need one: attaches, attaches anew, backs off, gives up root by root."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from .coverage import STARTING

if TYPE_CHECKING:
    from collections.abc import Callable

    from .coverage import Coverage
    from .inbox import Lost
    from .notifier import Notifier
    from .sweep import Sweep

FIRST_DELAY = 0.05
LONGEST_DELAY = 1.0
CALM = 10.0
"""Seconds: the delays between attempts, doubled each time, and how long without a loss starts them over."""


class Listening:
    """The listener's owner. `due` is when `attach` is to be called next, in monotonic seconds."""

    def __init__(self, notifier: Notifier, coverage: Coverage, report: Callable[[str | None], None]) -> None:
        self.due = math.inf
        self.directories: dict[str, int] | None = None
        self._notifier = notifier
        self._coverage = coverage
        self._report = report
        self._found: Sweep | None = None
        self._losses = 0
        self._lost_at = -math.inf
        coverage.listening, coverage.trouble = False, STARTING

    def want(self, found: Sweep, now: float) -> None:
        """Listen where this walk has been, if that is not where we listen."""
        self._found = found
        wanted = self._coverage.directories(found)

        if wanted != self.directories:
            self.directories = wanted
            self.due = min(self.due, now)

    def attach(self) -> None:
        """Ask for a listener; what came of it is told by `attached` or `lost`."""
        self.due = math.inf

        if self.directories:
            self._notifier.attach(tuple(self.directories))
        else:
            self._notifier.release(all_of_them=True)
            self._coverage.listening = True

    def attached(self, number: int) -> bool:
        """The listener listens. Whether it is the one that counts: then the gap before it needs a walk."""
        if not self._notifier.is_current(number):
            return False

        self._notifier.release()
        self._coverage.listening = True
        self._report(None)
        return True

    def lost(self, note: Lost, now: float) -> bool:
        """The listener could not begin, or ended. Whether it was the one that counts: then a walk is due."""
        if not self._notifier.is_current(note.number):
            return False

        if note.attached or isinstance(note.error, (FileNotFoundError, NotADirectoryError, PermissionError)):
            self._restart(note, now)
        else:
            self._give_up_a_root(note.error, now)

        return True

    def give_up(self, paths: list[str], now: float) -> None:
        """Poll the roots of these paths: they change and nothing tells of it."""
        for root in self._coverage.roots_of(paths):
            self._coverage.demote(root, "no events arrive from there")
            self._report(f"polling {root}: no events arrive from there")

        self._listen_elsewhere(now)

    def _restart(self, note: Lost, now: float) -> None:
        self._losses = 1 if now - self._lost_at > CALM else self._losses + 1
        self._lost_at = now
        self.due = now + min(LONGEST_DELAY, FIRST_DELAY * 2.0**self._losses)

        if note.attached:
            self._coverage.listening = False
            self._coverage.trouble = f"the listener ended and is started anew: {note.error!r}"
            self._report(self._coverage.trouble)

    def _give_up_a_root(self, error: BaseException, now: float) -> None:
        root = self._coverage.demotable(self._found) if self._found else None

        if root is not None:
            reason = _remedy(error)
            self._coverage.demote(root, reason)
            self._report(f"polling {root}: {reason}")

        self._listen_elsewhere(now)

    def _listen_elsewhere(self, now: float) -> None:
        self.directories = None

        if self._found:
            self.want(self._found, now)


def _remedy(error: BaseException) -> str:
    """Why there is no listener, and what a developer can do about it."""
    text = str(error)

    if "watch limit" in text:
        return "the limit of file watches is reached; raise it with sysctl fs.inotify.max_user_watches=524288"

    if "Too many open files" in text:
        return "no inotify instance or file descriptor is left; raise fs.inotify.max_user_instances or ulimit -n"

    return f"no listener can be had: {text}"
