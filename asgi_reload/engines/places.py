"""Which files lie in some directories. Asked of many files, it looks at each folder once. Knows no modules."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from ..project import INSTALLED

if TYPE_CHECKING:
    from collections.abc import Iterable


class Places:
    """The directories, resolved ones; what is installed into one of them does not count as lying there."""

    def __init__(self, directories: Iterable[Path]) -> None:
        self._directories = tuple(directories)
        self._folders: dict[str, bool | None] = {}

    def hold(self, file: Path) -> bool:
        """Does it lie there, by its name or by where its links lead?"""
        folder = os.path.dirname(file)  # noqa: PTH120 -- of a thousand modules; a Path for each takes as long as all else
        if folder not in self._folders:
            self._folders[folder] = self._holds_folder(Path.cwd() / folder)

        held = self._folders[folder]
        return held or held is None and file.is_symlink() and self._contain(file.resolve())

    def _holds_folder(self, folder: Path) -> bool | None:
        """None for one outside: it may have links into them."""
        if INSTALLED & set(folder.parts):
            return False

        return self._contain(folder) or self._contain(folder.resolve()) or None

    def _contain(self, path: Path) -> bool:
        return any(path.is_relative_to(directory) for directory in self._directories)
