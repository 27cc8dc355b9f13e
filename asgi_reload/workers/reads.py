"""Which files of the project are read at import and start-up: an edit of such a file is an edit of what has read it."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ..engines.places import Places
from ..project import CODE

if TYPE_CHECKING:
    from collections.abc import Sequence

MAX_READS: Final = 1_000
READING: Final = frozenset({None, "r", "rb", "rt"})
BYTECODE: Final = ".pyc"


class Reads:
    """The files that are opened for reading in this interpreter, beside code, from now on until `end`.

    An audit hook (PEP 578) is never taken back; afterwards it returns at once.
    """

    def __init__(self, directories: Sequence[Path]) -> None:
        self._places = Places(directories)
        self._paths: dict[Path, None] = {}
        self._is_open = True
        sys.addaudithook(self._hear)

    def end(self) -> None:
        self._is_open = False

    def names(self) -> list[str]:
        """Their base names, the first ones first."""
        return list(dict.fromkeys(path.name for path in self._paths))

    def _hear(self, event: str, args: tuple[object, ...]) -> None:
        # Thousands of events are heard in an import, and most of those that matter are of code.
        if event != "open" or not self._is_open or args[1] not in READING:
            return
        if not isinstance(args[0], str | bytes | PathLike):
            return

        name = os.fsdecode(args[0])
        suffix = os.path.splitext(name)[1]  # noqa: PTH122
        if suffix not in CODE and suffix != BYTECODE:
            with suppress(OSError):  # the working directory is gone: that is for whoever opens the file to hear
                self._note(Path.cwd() / name)

    def _note(self, path: Path) -> None:
        if len(self._paths) < MAX_READS and self._places.hold(path):
            self._paths[path] = None
