"""What was saved and is not live: tried again with each save that follows, unless it is known to be refused."""

from __future__ import annotations

from contextlib import suppress
from hashlib import blake2b
from typing import TYPE_CHECKING

from ..outcome import Refused

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from ..changes import Change, Kind


class Pending:
    """Changed files, by what became of each."""

    def __init__(self) -> None:
        self.kinds: dict[Path, Kind] = {}
        self._refused: dict[Path, bytes] = {}
        self._reason = ""

    def add(self, changes: Iterable[Change]) -> None:
        """More was saved. A file that was added and then written to is new still."""
        for change in changes:
            is_new = self.kinds.get(change.path) == "added" and change.kind == "modified"
            self.kinds[change.path] = "added" if is_new else change.kind

    def saved(self) -> dict[Path, bytes | None]:
        """What is pending, with a digest of each file as it is now; None for those that are gone."""
        return dict.fromkeys(self.kinds) | texts(self.kinds)

    def clear(self) -> None:
        """All of it is live."""
        self.kinds.clear()
        self._refused = {}

    def refuse(self, reason: str) -> Refused:
        """Remember that these files are refused as they are now: what they ran is not run once more for nothing."""
        self._refused, self._reason = texts(self.kinds), reason
        return Refused(reason)

    @property
    def refused(self) -> Refused | None:
        """The refusal again, if all that was refused is still pending, and says the same."""
        if not self._refused or texts(path for path in self._refused if path in self.kinds) != self._refused:
            return None

        names = ", ".join(sorted(path.name for path in self._refused))
        return Refused(f"{self._reason} ({names}, saved before)")


def texts(paths: Iterable[Path]) -> dict[Path, bytes]:
    """Digests of the files that are there."""
    found: dict[Path, bytes] = {}

    for path in paths:
        with suppress(OSError):
            found[path] = blake2b(path.read_bytes(), digest_size=16).digest()

    return found
