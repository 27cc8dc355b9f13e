"""From hints to batches, while somebody asks for them: one task that waits, threads that listen, walk and read.

A hint only says where to look. What no hint told, a walk finds.
"""

from __future__ import annotations

import math
import threading
import time
from typing import TYPE_CHECKING, assert_never

from .coverage import IDLE
from .glances import Glances
from .inbox import Attached, Glanced, Hints, Inbox, Learned, Lost, Seen, Swept
from .judge import Judge
from .learning import learn
from .listening import Listening
from .notifier import Notifier
from .patrol import Patrol
from .settle import BULK, Close, Settle, Wait
from .sweep import is_directory
from .vcs import held, lock_paths

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..changes import Batch
    from .coverage import Coverage
    from .inbox import Note
    from .notifier import Listen, Pace
    from .selection import Selection
    from .snapshot import Look, Snapshot

CHECK = 1.0
"""Seconds between two looks at whether the roots are still there."""
LATE = 0.5
"""Seconds after which an event for a change that a walk has found is not going to come."""


class Session:
    """One time of watching. `snapshot`, `settle` and `coverage` outlive it; threads and sockets do not."""

    def __init__(
        self,
        selection: Selection,
        snapshot: Snapshot,
        settle: Settle,
        coverage: Coverage,
        *,
        listen: Listen,
        pace: Pace,
        report: Callable[[str | None], None],
    ) -> None:
        self._selection = selection
        self._snapshot = snapshot
        self._settle = settle
        self._coverage = coverage
        self._pace = pace
        self._report = report
        self.inbox = Inbox()
        self._stopped = threading.Event()
        self._judge = Judge(selection, snapshot, settle)
        self._notifier = Notifier(listen, self.inbox, pace)
        self._listening = Listening(self._notifier, coverage, report)
        self._patrol = Patrol(selection, snapshot, self.inbox, self._stopped)
        self._glances = Glances(selection, snapshot, self.inbox)
        self._check = time.monotonic() + CHECK
        self._locks = lock_paths(self._repositories())
        self._links: dict[str, set[str]] = {}
        self._untold: set[str] = set()
        self._missed: dict[str, float] = {}
        self._misses = 0
        self._heard = False

    async def turn(self) -> Batch | None:
        """Wait for the next thing to happen and deal with it; the batch, if it was the end of one."""
        now = time.monotonic()

        match self._settle.decide(now, held(self._locks)):
            case Close() as close:
                return await self._close(close)
            case Wait(until):
                soonest = min(math.inf if until is None else until, self._next_duty())
            case never:
                assert_never(never)

        notes, overflowed = await self.inbox.wait(max(0.0, soonest - now))

        for note in notes:
            self._take(note, time.monotonic())

        if overflowed:
            self._lose_count(time.monotonic())

        self._do_what_is_due(time.monotonic())
        return None

    def close(self) -> None:
        """End the threads, without waiting for them."""
        self._stopped.set()
        self._notifier.release(all_of_them=True)
        self.inbox.close()
        self._coverage.listening, self._coverage.trouble = False, IDLE

    async def _close(self, close: Close) -> Batch | None:
        batch = await self._judge.judge(close)

        if batch is not None:
            now = time.monotonic()
            self._pace.stir()
            self._patrol.follow_up(now)

            if self._coverage.polls():
                self._glances.remember([str(c.path) for c in batch if self._coverage.is_polled(str(c.path))], now)

            self._missed |= {str(c.path): now for c in batch if str(c.path) in self._untold}

        self._untold -= close.looks.keys()
        return batch

    def _take(self, note: Note, now: float) -> None:
        match note:
            case Hints(paths, at):
                self._heard = True
                self._hear(paths, at, now)
            case Attached(number):
                if self._listening.attached(number):
                    self._heard = False
                    self._patrol.need(now)
            case Lost():
                if self._listening.lost(note, now):
                    self._patrol.need(now)
            case Swept():
                self._survey(note, now)
            case Glanced(paths, at):
                self._glances.finished(now, resting=self._pace.resting())
                self._hear(paths, at, now)
            case Learned(entries):
                for path, entry in entries.items():
                    self._snapshot.learn(path, entry)
            case Seen(paths, at):
                self._hear(paths, at, now)
            case _:
                assert_never(note)

    def _hear(self, paths: frozenset[str], at: float, now: float) -> None:
        self._untold -= paths

        for path in paths & self._missed.keys():
            del self._missed[path]

        if len(paths) > BULK:
            self._lose_count(now)
            return

        looks: dict[str, Look | None] = {}

        for path in paths:
            for name in (path, *self._links.get(path, ())):
                if name in self._snapshot.files or self._selection.accepts(name):
                    looks[name] = self._judge.look_at(name)

            if path not in looks or looks[path] in (None, "gone"):
                self._expect_directory(path, now)

        if looks:
            self._pace.stir()
            self._settle.hint(looks, now, at)

    def _expect_directory(self, path: str, now: float) -> None:
        if path in (self._listening.directories or ()) or (is_directory(path) and self._selection.enters(path)):
            self._pace.stir()
            self._patrol.need(now)

    def _lose_count(self, now: float) -> None:
        self._pace.stir()
        self._settle.bulk(now)
        self._patrol.need(now)

    def _survey(self, note: Swept, now: float) -> None:
        """A walk has ended: look at what it found, and listen where it has been."""
        found = note.found

        if isinstance(found, Exception):
            self._patrol.failed(now)
            self._report(f"the watched tree cannot be walked: {found}")
            return

        self._coverage.survey(found)
        unasked = self._patrol.finished(note, now, polls=self._coverage.polls(), heard=self._heard)
        self._listening.want(found, now)
        self._links = found.links
        self._locks = lock_paths(self._repositories())

        if not self._snapshot.begun:
            self._snapshot.begin(found.signatures)
            self._learn()
            return

        if unasked:
            self._untold |= {path for path in found.suspects if not self._settle.awaits(path)}

        for path, look in found.suspects.items():
            self._settle.again(path, look, now)

    def _learn(self) -> None:
        work = (dict(self._snapshot.files), self.inbox, self._stopped.is_set)
        threading.Thread(target=learn, args=work, name="asgi-reload-read").start()

    def _notice_misses(self, now: float) -> None:
        """See whether changes came to light that no event told of: a listener is deaf, or a filesystem mute."""
        overdue = [path for path, since in self._missed.items() if now - since > LATE]
        missed = [path for path in overdue if not self._coverage.is_polled(path)]

        for path in overdue:
            del self._missed[path]

        if not missed:
            return

        self._misses += 1

        if self._misses > 1 and not self._heard:
            self._listening.give_up(missed, now)
        else:
            self._listening.due = now

    def _next_duty(self) -> float:
        return min(self._check, self._patrol.due, self._listening.due, self._glances.due)

    def _do_what_is_due(self, now: float) -> None:
        if now >= self._check:
            self._check = now + CHECK
            self._notice_misses(now)

            if self._coverage.moved():
                self._patrol.need(now)

        if now >= self._listening.due:
            self._listening.attach()

        if now >= self._patrol.due:
            self._patrol.start()

        if now >= self._glances.due:
            self._glances.start()

    def _repositories(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((str(self._selection.base), *(root.directory for root in self._selection.roots))))
