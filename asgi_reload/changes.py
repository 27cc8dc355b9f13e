"""What changed on disk: paths, judged by content. Values only; nothing here looks at a disk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

Kind = Literal["added", "modified", "deleted"]


@dataclass(frozen=True, slots=True)
class Change:
    """One path whose content is not what it was: an absolute path and what became of it."""

    path: Path
    kind: Kind

    @property
    def suffix(self) -> str:
        """The file's ending, lower case, with its dot: `.css`."""
        return self.path.suffix.lower()


@dataclass(frozen=True, slots=True)
class Batch:
    """Changes that settled together, sorted by path; never empty when a watcher hands it out.

    `detected` and `settled` are seconds of `time.monotonic()`: the first hint, and when the batch was closed.
    """

    changes: tuple[Change, ...]
    detected: float = 0.0
    settled: float = 0.0

    def __iter__(self) -> Iterator[Change]:
        return iter(self.changes)

    def __len__(self) -> int:
        return len(self.changes)

    def with_suffix(self, suffixes: Iterable[str]) -> tuple[Change, ...]:
        """The changes to files with one of these endings (`".css"`, lower case)."""
        wanted = frozenset(suffixes)
        return tuple(change for change in self.changes if change.suffix in wanted)

    def without(self, answered: Iterable[Change]) -> Batch:
        """The same batch less the changes that somebody has answered."""
        gone = frozenset(answered)
        return Batch(tuple(c for c in self.changes if c not in gone), self.detected, self.settled)
