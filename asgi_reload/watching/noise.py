"""Which paths are written without end: a leaky bucket for each. Fed with a clock; waits for nothing."""

from __future__ import annotations

from dataclasses import dataclass, field

RATE = 5.0
"""Writes a second that a person, or an editor that saves as one types, may keep up for ever."""
CAPACITY = 100
"""Writes beyond that rate until a path counts as noisy: 50 a second are noticed in 2.2 s, 10 a second in 20 s."""
MERGE = 0.015
"""Seconds within which several events are one write: truncate, write, close."""
EVERY = 2.0
"""Seconds from one report of a noisy path to the next."""
MOST = 1024
"""Paths that are remembered; the quietest are forgotten first."""


@dataclass(slots=True)
class _Bucket:
    level: float
    at: float
    noisy: bool = False
    reported: float = float("-inf")


@dataclass(slots=True)
class Noise:
    """How busy each path is."""

    _buckets: dict[str, _Bucket] = field(default_factory=dict)

    def heard(self, path: str, now: float) -> None:
        """Something happened to the path."""
        bucket = self._buckets.get(path)

        if bucket is None:
            if len(self._buckets) >= MOST:
                self._forget(now)

            self._buckets[path] = _Bucket(1.0, now)
            return

        if now - bucket.at < MERGE:
            return

        bucket.level = min(_drained(bucket, now) + 1.0, CAPACITY + RATE)
        bucket.at = now
        bucket.noisy = bucket.noisy or bucket.level > CAPACITY

    def reported(self, path: str, now: float) -> None:
        """A batch has named the path."""
        if bucket := self._buckets.get(path):
            bucket.reported = now

    def due(self, path: str, now: float) -> float:
        """When the path may be reported; in the past for all but noisy ones."""
        bucket = self._buckets.get(path)
        return bucket.reported + EVERY if bucket and self._is_noisy(bucket, now) else float("-inf")

    def noisy(self, now: float) -> tuple[str, ...]:
        """The paths that are held back."""
        return tuple(sorted(path for path, bucket in self._buckets.items() if self._is_noisy(bucket, now)))

    def _is_noisy(self, bucket: _Bucket, now: float) -> bool:
        bucket.noisy = bucket.noisy and _drained(bucket, now) > 0.0
        return bucket.noisy

    def _forget(self, now: float) -> None:
        quiet = sorted(self._buckets, key=lambda path: _drained(self._buckets[path], now))

        for path in quiet[: MOST // 2]:
            del self._buckets[path]


def _drained(bucket: _Bucket, now: float) -> float:
    return max(0.0, bucket.level - (now - bucket.at) * RATE)
