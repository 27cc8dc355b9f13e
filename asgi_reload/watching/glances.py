"""Quick looks at the files saved last, where only walks tell of changes: who works on a file saves it again."""

from __future__ import annotations

import math
import threading
import time
from typing import TYPE_CHECKING

from .inbox import Glanced
from .snapshot import sign
from .sweep import inspect

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from .inbox import Inbox
    from .selection import Selection
    from .snapshot import Entry, Snapshot

EVERY = 0.1
"""Seconds from one look to the next."""
MOST = 32
"""Files that are looked at."""


class Glances:
    """Looks at few files, often. `due` is when `start` is to be called next, in monotonic seconds."""

    def __init__(self, selection: Selection, snapshot: Snapshot, inbox: Inbox) -> None:
        self.due = math.inf
        self._selection = selection
        self._snapshot = snapshot
        self._inbox = inbox
        self._recent: dict[str, None] = {}
        self._looking = False

    def remember(self, paths: Iterable[str], now: float) -> None:
        """These were saved: look at them from now on, and at the oldest no more."""
        for path in paths:
            self._recent.pop(path, None)
            self._recent[path] = None

        for path in list(self._recent)[:-MOST]:
            del self._recent[path]

        self.due = math.inf if self._looking else min(self.due, now + EVERY)

    def start(self) -> None:
        """Look. In a thread: a network drive may take its time."""
        self.due = math.inf
        self._looking = True
        known = {path: self._snapshot.files.get(path) for path in self._recent}
        threading.Thread(target=self._look, args=(known,), name="asgi-reload-glance").start()

    def finished(self, now: float, *, resting: bool) -> None:
        """The look has ended; there is another unless nobody works."""
        self._looking = False
        self.due = math.inf if resting else now + EVERY

    def _look(self, known: Mapping[str, Entry | None]) -> None:
        differing = frozenset(path for path, entry in known.items() if self._differs(path, entry))
        self._inbox.put(Glanced(differing, time.monotonic()))

    def _differs(self, path: str, entry: Entry | None) -> bool:
        info = inspect(self._selection, path)
        return (info and sign(info)) != (entry and entry.signature)
