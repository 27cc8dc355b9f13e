"""Changed paths as new versions of modules: which modules a file is, or would be, and what it says now."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import anyio

from .living import EXTENSIONS, PYTHON, file_of
from .source import parse

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ..changes import Kind
    from .source import Source

EMPTY_HOLD_S: Final = 0.5
EMPTY_STEP_S: Final = 0.002


async def written(paths: Iterable[Path], known: Mapping[str, Source]) -> None:
    """Wait, ≤ 0.5 s, until none of these files is empty that had content: the next save may have just begun."""
    had_content = [p for p in paths if p.suffix == PYTHON and any(s.text for s in _sources_at(p, known))]
    with anyio.move_on_after(EMPTY_HOLD_S):
        # A matter of less than a ms: who writes a file empties it first.
        while any(_is_empty(path) for path in had_content):  # noqa: ASYNC110
            await anyio.sleep(EMPTY_STEP_S)


def _is_empty(path: Path) -> bool:
    try:
        return path.stat().st_size == 0
    except OSError:
        return False


def read(changes: Mapping[Path, Kind], known: Mapping[str, Source]) -> dict[str, Source | None]:
    """The new version of every module among these files; None where its file is gone.

    A file that was there, and that nobody has imported, is left out unless somebody may have tried: tests, scripts.

    Raises SyntaxError for a module that is known and whose new text Python refuses, OSError if it cannot be read.
    """
    new: dict[str, Source | None] = {}

    for path, kind in changes.items():
        if path.suffix == PYTHON:
            for module, file, is_package in _modules_of(path, known):
                if kind == "modified" and module not in known and not _may_be_missed(module, known):
                    continue
                new[module] = _read_one(module, path, file, is_package, known.get(module))
    return new


def _may_be_missed(module: str, known: Mapping[str, Source]) -> bool:
    """May an import of this module have failed? Some text names it, or it lies in a package that was imported."""
    parent, _, child = module.rpartition(".")
    named = {(module, None), (parent, child)}
    return parent in known or any(
        (found.module, found.name) in named or found.module == module
        for source in known.values()
        for found in source.imports
    )


def _read_one(module: str, path: Path, file: str, is_package: bool, earlier: Source | None) -> Source | None:
    try:
        return parse(module, path.read_bytes(), file, is_package=is_package, earlier=earlier)
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
        return None
    except (SyntaxError, OSError):
        if earlier is not None:
            raise
        # Nobody has imported it. If somebody does now, Python itself will say what is wrong with it.
        return parse(module, b"", file, is_package=is_package)


def _modules_of(path: Path, known: Mapping[str, Source]) -> list[tuple[str, str, bool]]:
    if found := _sources_at(path, known):
        return [(source.module, source.file, source.is_package) for source in found]

    is_package = path.name == "__init__.py"
    for entry in sys.path:
        base = Path(entry or ".").resolve()
        if path.is_relative_to(base):
            parts = (path.parent if is_package else path.with_suffix("")).relative_to(base).parts
            if parts and all(part.isidentifier() for part in parts):
                return [(".".join(parts), str(path), is_package)]
    return []


def _sources_at(path: Path, known: Mapping[str, Source]) -> list[Source]:
    wanted = {str(path), str(path.resolve())}
    return [s for s in known.values() if s.file in wanted or (Path(s.file).name == path.name and _is_at(s, wanted))]


def _is_at(source: Source, wanted: set[str]) -> bool:
    return str(Path(source.file).resolve()) in wanted


def extension(paths: Iterable[Path]) -> str | None:
    """Why these paths cannot be taken in, if a loaded extension module is among them."""
    suspects = [path for path in paths if path.suffix in EXTENSIONS]
    loaded = {str(file_of(module)) for module in list(sys.modules.values())} if suspects else set()
    changed = [path for path in suspects if loaded & {str(path), str(path.resolve())}]
    return f"{changed[0].name} is an extension module, which cannot be loaded twice" if changed else None
