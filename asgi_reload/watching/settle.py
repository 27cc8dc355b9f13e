"""When a batch is complete. A state machine without input or output: fed with looks and a clock, it says wait or close.

A quick save waits for nothing. Whatever may be one step of several waits for quiet: a file that vanished or is new
(editors replace files), more than a few at once, anything while a version control system holds its lock.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from .noise import Noise

if TYPE_CHECKING:
    from collections.abc import Collection, Hashable, Mapping

    from .snapshot import Look

FEW = 8
"""Saves at once that can still be a person's; they go out without delay."""
BULK = 256
"""Paths at once that only a tool writes: a checkout, a generator, an unpacked archive."""
BULK_QUIET = 0.15
BULK_LIMIT = 30.0
"""Seconds of quiet that end a bulk of changes, and how long it is held if there is none."""
LOCK_HOLD = 2.0
"""Seconds a lock is respected while nothing else happens; a stale one is then ignored for good."""
LOCK_POLL = 0.01
EMPTY_HOLD = 0.5
"""Seconds in which an emptied file may get content again before it is reported as empty."""


@dataclass(frozen=True, slots=True)
class Wait:
    """Nothing to do before `until`; None: until something happens."""

    until: float | None


@dataclass(frozen=True, slots=True)
class Close:
    """These paths have settled, looking like this. A `bulk` may concern paths that nobody named."""

    looks: Mapping[str, Look]
    detected: float
    bulk: bool = False


Decision: TypeAlias = Wait | Close


@dataclass(slots=True)
class _Pending:
    first: float
    last: float
    look: Look
    detected: float


@dataclass(slots=True)
class _Hold:
    """A version control system's lock, as long as it concerns the batch in the making."""

    lock: Hashable
    since: float
    seen: float


@dataclass(slots=True)
class Settle:
    """Collects looks at suspects until they may be judged. Times in seconds of one monotonic clock."""

    debounce: float
    max_wait: float
    noise: Noise = field(default_factory=Noise)
    _pending: dict[str, _Pending] = field(default_factory=dict)
    _bulk: _Pending | None = None
    _hold: _Hold | None = None
    _stale: Hashable = None

    def hint(self, looks: Mapping[str, Look | None], now: float, at: float | None = None) -> None:
        """Something happened to these paths `at` some time, and this is how they look `now`.

        A look of None: there never was anything to report. Quiet is what comes after `now`: a loop that was busy has
        not heard all that happened meanwhile.
        """
        for path, look in looks.items():
            if look is None:
                self._pending.pop(path, None)
            else:
                self.noise.heard(path, now if at is None else at)
                self.again(path, look, now, at)

    def again(self, path: str, look: Look, now: float, at: float | None = None) -> None:
        """The path turned out to look like this: it waits for what that look waits for."""
        known = self._pending.get(path)
        goes_on = known is not None and (known.look == look or look != "emptied")
        detected = known.detected if known else now if at is None else at
        self._pending[path] = _Pending(known.first if known and goes_on else now, now, look, detected)

    def bulk(self, now: float) -> None:
        """More happened than anybody can name."""
        first = self._bulk.first if self._bulk else now
        self._bulk = _Pending(first, now, "saved", first)

    def awaits(self, path: str) -> bool:
        """Whether the path is waiting to be judged."""
        return path in self._pending

    @property
    def awaited(self) -> Collection[str]:
        """The paths that wait to be judged."""
        return self._pending

    def noisy(self, now: float) -> tuple[str, ...]:
        """The paths that are told of less often than they change."""
        return self.noise.noisy(now)

    def decide(self, now: float, lock: Hashable = None) -> Decision:
        """What to do at `now`, while a version control system holds this lock (anything that identifies it)."""
        due = {path: self._due(path, pending) for path, pending in self._pending.items()}
        ready = {path: self._pending[path] for path, at in due.items() if at <= now}

        if not ready and self._bulk is None:
            self._hold = None
            return Wait(min(due.values(), default=None))

        first = min(due[path] for path in ready) if ready else now
        first = min(first, self._bulk.first) if self._bulk else first
        until = self._held(ready, first, now, lock) or self._settled(ready, first)
        return Wait(until) if until > now else self._close(ready, now)

    def _due(self, path: str, pending: _Pending) -> float:
        held = pending.first + EMPTY_HOLD if pending.look == "emptied" else pending.first
        return max(held, self.noise.due(path, held))

    def _held(self, ready: Mapping[str, _Pending], first: float, now: float, lock: Hashable) -> float | None:
        """Until when the lock holds the batch."""
        if lock is None or lock == self._stale:
            return None

        if self._hold is None or self._hold.lock != lock:
            self._hold = _Hold(lock, now, now)

        self._hold.seen = now
        limit = min(max(self._hold.since, self._last(ready)) + LOCK_HOLD, first + BULK_LIMIT)

        if now < limit:
            return min(limit, now + LOCK_POLL)

        self._stale = lock
        return None

    def _settled(self, ready: Mapping[str, _Pending], first: float) -> float:
        """When what is ready has been quiet for long enough, or has waited for too long."""
        last, many = self._last(ready), len(ready) > FEW

        if self._bulk or len(ready) > BULK or (self._hold and many):
            return min(max(last, self._hold.seen if self._hold else last) + BULK_QUIET, first + BULK_LIMIT)

        if self._hold:
            return max(last, self._hold.seen) + self.debounce

        if not many and all(pending.look in ("saved", "emptied") for pending in ready.values()):
            return first

        return min(last + self.debounce, first + self.max_wait)

    def _last(self, ready: Mapping[str, _Pending]) -> float:
        times = [pending.last for pending in ready.values()]
        return max([*times, self._bulk.last] if self._bulk else times)

    def _close(self, ready: Mapping[str, _Pending], now: float) -> Close:
        detected = min(pending.detected for pending in (*ready.values(), *([self._bulk] if self._bulk else [])))
        closed = Close({path: pending.look for path, pending in ready.items()}, detected, self._bulk is not None)

        for path in ready:
            del self._pending[path]
            self.noise.reported(path, now)

        self._bulk = self._hold = None
        return closed
