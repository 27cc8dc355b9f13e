"""What became of the paths of a closed batch: looks at hinted paths, reads settled ones, compares with the snapshot."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from anyio import CapacityLimiter, to_thread

from ..changes import Batch
from .settle import FEW
from .snapshot import look, read
from .sweep import inspect, sweep

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ..changes import Change
    from .selection import Selection
    from .settle import Close, Settle
    from .snapshot import Entry, Look, Snapshot
    from .sweep import Sweep

INLINE = 256 * 1024
"""Bytes that are read where we are: a thread would take longer to begin than this takes to read."""


class Judge:
    """Sees what is on disk and says what is new about it."""

    def __init__(self, selection: Selection, snapshot: Snapshot, settle: Settle) -> None:
        self._selection = selection
        self._snapshot = snapshot
        self._settle = settle
        # One of our own: an app may keep all threads of the common one busy.
        self._limiter = CapacityLimiter(1)

    def look_at(self, path: str) -> Look | None:
        """How a watched path looks beside what is known of it."""
        info = inspect(self._selection, path)
        return look(self._snapshot.files.get(path), None if info is None else info.st_size)

    async def judge(self, close: Close) -> Batch | None:
        """The batch's changes by content, if any is left; what turns out to be half done goes back to wait."""
        entries = await self._read(close)
        now = time.monotonic()
        changes: list[Change] = []

        for path, entry in entries.items():
            if waits_for := self._unfinished(path, entry, close):
                self._settle.again(path, waits_for, now)
            elif change := self._snapshot.update(path, entry):
                changes.append(change)

        ordered = tuple(sorted(changes, key=lambda change: change.path))
        return Batch(ordered, close.detected, time.monotonic()) if ordered else None

    async def _read(self, close: Close) -> dict[str, Entry | None]:
        if not close.bulk and len(close.looks) <= FEW and self._size(close.looks) <= INLINE:
            return self._read_all(close.looks)

        work = self._walk_and_read if close.bulk else self._read_all
        return await to_thread.run_sync(work, close.looks, abandon_on_cancel=True, limiter=self._limiter)

    def _walk_and_read(self, looks: Mapping[str, Look]) -> dict[str, Entry | None]:
        found: Sweep = sweep(self._selection, dict(self._snapshot.files))
        return self._read_all({**looks, **found.suspects})

    def _read_all(self, paths: Iterable[str]) -> dict[str, Entry | None]:
        return {path: read(path) if inspect(self._selection, path) else None for path in paths}

    def _size(self, paths: Iterable[str]) -> int:
        infos = (inspect(self._selection, path) for path in paths)
        return sum(info.st_size for info in infos if info)

    def _unfinished(self, path: str, entry: Entry | None, close: Close) -> Look | None:
        """How the path looks, if that is a look to wait for and it did not look so when the batch was closed."""
        now = look(self._snapshot.files.get(path), entry.size if entry else None)
        before = close.looks.get(path)

        if now == "emptied" and before != "emptied":
            return now

        return now if now == "gone" and before != "gone" and not close.bulk else None
