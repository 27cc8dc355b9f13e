"""Notices which text a project's module is imported from, for modules that are imported while the app already serves.

The import itself goes on as it would without us: same finder, same loader, same cached bytecode.
"""

from __future__ import annotations

import sys
from importlib.abc import MetaPathFinder
from importlib.machinery import PathFinder
from pathlib import Path
from typing import TYPE_CHECKING

from .living import is_under

if TYPE_CHECKING:
    from collections.abc import Sequence
    from importlib.machinery import ModuleSpec
    from types import ModuleType


class Noticing(MetaPathFinder):
    """A finder that reads what it finds under the watched directories, at the moment when it is imported."""

    def __init__(self, roots: Sequence[Path]) -> None:
        self.texts: dict[str, bytes] = {}
        self._roots = roots

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        spec = PathFinder.find_spec(fullname, path, target)
        file = Path(spec.origin) if spec is not None and spec.has_location and spec.origin else None
        if file is None or file.suffix != ".py" or not is_under(file, self._roots):
            return None  # the next finder's

        try:
            self.texts[fullname] = file.read_bytes()
        except OSError:
            return None
        return spec

    def open(self) -> None:
        """Stand in front of the other finders."""
        if self not in sys.meta_path:
            sys.meta_path.insert(0, self)

    def close(self) -> None:
        """Stand there no more."""
        if self in sys.meta_path:
            sys.meta_path.remove(self)
