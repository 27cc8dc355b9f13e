"""Notices how modules of the project are imported while the app already serves: from which text, and what that ran.

The import itself goes on as it would without us: same finder, same loader, same cached bytecode.
"""

from __future__ import annotations

import sys
from importlib.abc import MetaPathFinder
from importlib.machinery import PathFinder, SourceFileLoader
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .living import Noticed
from .places import Places
from .source import walk_code
from .tracking import has_run

if TYPE_CHECKING:
    from collections.abc import Sequence
    from importlib.machinery import ModuleSpec
    from types import CodeType, ModuleType


class Noticing(MetaPathFinder):
    """A finder that looks on as modules under the watched directories are imported."""

    def __init__(self, roots: Sequence[Path]) -> None:
        self.found: dict[str, Noticed] = {}
        self._places = Places(roots)

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """The spec that the ordinary finder has, its loader being watched; None for what is not the project's."""
        spec = PathFinder.find_spec(fullname, path, target)
        file = Path(spec.origin) if spec is not None and spec.has_location and spec.origin else None
        if spec is None or file is None or type(spec.loader) is not SourceFileLoader or not self._places.hold(file):
            return None

        self._watch(spec.loader, file)
        return spec

    def _watch(self, loader: Any, file: Path) -> None:
        get_code, exec_module = loader.get_code, loader.exec_module
        codes: list[CodeType] = []
        texts: list[bytes] = []

        def noticed_code(fullname: str) -> CodeType:
            texts.append(file.read_bytes())
            codes.append(get_code(fullname))
            return codes[-1]

        def noticed_exec(module: ModuleType) -> None:
            exec_module(module)
            if codes:
                ran = {id(code): has_run(code) for code in walk_code(codes[-1])}
                self.found[module.__name__] = Noticed(texts[-1], codes[-1], ran)

        loader.get_code, loader.exec_module = noticed_code, noticed_exec

    def open(self) -> None:
        """Stand in front of the other finders, also of those that came since."""
        if not sys.meta_path or sys.meta_path[0] is not self:
            self.close()
            sys.meta_path.insert(0, self)

    def close(self) -> None:
        """Stand there no more."""
        if self in sys.meta_path:
            sys.meta_path.remove(self)
