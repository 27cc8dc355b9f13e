"""When the tree is walked: at once when a hint cannot say what happened, soon after each batch, and now and then.

Each walk runs in a thread of its own and answers through the inbox, so that a save need not wait for it.
"""

from __future__ import annotations

import math
import threading
import time
from typing import TYPE_CHECKING

from .inbox import Inbox, Swept
from .sweep import Abandoned, sweep

if TYPE_CHECKING:
    from .selection import Selection
    from .snapshot import Entry, Snapshot
    from .sweep import Sweep

PAUSE = 0.05
"""Seconds between two walks, at least; and no less than the last one took."""
FOLLOW_UP = 1.0
AUDIT = 30.0
AUDIT_SHARE = 0.002
"""Seconds to the walk after the last batch and between walks for no reason, and what these may cost of a processor."""
DOUBT = 2.0
DOUBT_SHARE = 0.003
"""The same as long as no event has ever come: perhaps none ever will."""
POLL = 0.25
POLL_SHARE = 0.03
"""The same for polling."""
RETRY = 1.0


class Patrol:
    """The walks. `due` is when `start` is to be called next, in monotonic seconds."""

    def __init__(self, selection: Selection, snapshot: Snapshot, inbox: Inbox, stopped: threading.Event) -> None:
        self._selection = selection
        self._snapshot = snapshot
        self._inbox = inbox
        self._stopped = stopped
        self._needed = 0.0
        self._audit = math.inf
        self._latest = math.inf
        self._walking = False
        self._is_audit = False
        self._earliest = 0.0

    @property
    def due(self) -> float:
        return math.inf if self._walking else max(min(self._needed, self._audit), self._earliest)

    def need(self, now: float) -> None:
        """Something happened that only a walk can find."""
        self._needed = min(self._needed, now)

    def follow_up(self, now: float) -> None:
        """There was a batch: look once more when no other has come for a while."""
        self._audit = min(self._latest, now + FOLLOW_UP)

    def start(self) -> None:
        """Walk."""
        self._is_audit = self._needed == math.inf
        self._needed = self._audit = math.inf
        self._walking = True
        threading.Thread(target=self._walk, args=(dict(self._snapshot.files),), name="asgi-reload-walk").start()

    def finished(self, note: Swept, now: float, *, polls: bool, heard: bool) -> bool:
        """The walk has ended; plan the next. Whether it was one that nothing had asked for."""
        self._walking = False
        self._earliest = now + max(PAUSE, note.seconds)
        rhythm = (POLL, POLL_SHARE) if polls else (AUDIT, AUDIT_SHARE) if heard else (DOUBT, DOUBT_SHARE)
        self._latest = now + max(rhythm[0], note.seconds / rhythm[1])
        self._audit = min(self._audit, self._latest)
        return self._is_audit

    def failed(self, now: float) -> None:
        """The walk came to nothing; try again."""
        self._walking = False
        self._needed = min(self._needed, now + RETRY)

    def _walk(self, known: dict[str, Entry]) -> None:
        began = time.thread_time()

        try:
            found: Sweep | Exception = sweep(self._selection, known, self._stopped.is_set)
        except Abandoned:
            return
        except Exception as error:
            found = error

        self._inbox.put(Swept(found, time.thread_time() - began))
