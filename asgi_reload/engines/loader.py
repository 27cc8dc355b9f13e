"""Modules loaded from the text that was judged, never from what the disk or a cache says meanwhile."""

from __future__ import annotations

import importlib.util
import sys
from importlib.abc import MetaPathFinder
from importlib.machinery import SourceFileLoader
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from importlib.machinery import ModuleSpec
    from types import CodeType, ModuleType

    from .source import Source


class _Loader(SourceFileLoader):
    def __init__(self, source: Source) -> None:
        super().__init__(source.module, source.file)
        self._source = source

    def get_code(self, fullname: str) -> CodeType:
        return self._source.code

    def exec_module(self, module: ModuleType) -> None:
        """Execute a module; a package has those of its modules that were imported already, and are kept."""
        for name, child in list(sys.modules.items()):
            if name.rpartition(".")[0] == self._source.module:
                setattr(module, name.rpartition(".")[2], child)
        super().exec_module(module)


class JudgedText(MetaPathFinder):
    """Finds the modules that are executed anew, and serves them from the text that was judged."""

    def __init__(self, sources: Mapping[str, Source]) -> None:
        self._sources = sources

    def find_spec(self, fullname: str, path: object = None, target: object = None) -> ModuleSpec | None:
        source = self._sources.get(fullname)
        if source is None:
            return None

        spec = importlib.util.spec_from_file_location(fullname, source.file, loader=_Loader(source))
        if spec is not None and not source.is_package:
            spec.submodule_search_locations = None
        return spec
