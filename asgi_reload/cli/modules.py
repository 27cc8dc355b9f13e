"""Where the file of a module lies, and which modules lie in a directory. Imports none of them."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.machinery import ModuleSpec, PathFinder
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

SKIPPED: Final = frozenset({"venv", "node_modules", "site-packages", "__pycache__", "build", "dist"})
MAX_DEPTH: Final = 3
"""Packages in packages that are looked through for names."""
MAX_NAMES: Final = 2000
PACKAGE: Final = "__init__.py"


@dataclass(frozen=True, slots=True)
class Located:
    """A module that is there; `file` is None where it has no text of its own (a namespace, an extension)."""

    name: str
    file: Path | None


def locate(name: str, directory: Path) -> Located | str:
    """The module as an import would find it with `directory` first in `sys.path`, or the part of the name that is not.

    Of packages on the way nothing is executed.
    """
    spec: ModuleSpec | None = None
    known: list[str] = []

    for part in name.split("."):
        places = list(spec.submodule_search_locations or ()) if spec is not None else [str(directory)]
        # By its last part alone: of a whole name the finder would look for the packages among what is imported.
        spec = PathFinder.find_spec(part, places) or (None if known else _installed(part))
        known.append(part)
        if spec is None:
            return ".".join(known)

    # A directory without `__init__.py` can be imported, and binds nothing.
    return name if spec is None or spec.loader is None else Located(name, _text_of(spec))


def module_of(file: Path) -> tuple[str, Path]:
    """A file's module name, and the directory that holds its outermost package."""
    parts = [] if file.name == PACKAGE else [file.stem]
    folder = file.parent

    while (folder / PACKAGE).is_file():
        parts.insert(0, folder.name)
        folder = folder.parent

    return ".".join(parts or [file.stem]), folder


def names_in(directory: Path) -> list[str]:
    """The modules in a directory and its packages, at most `MAX_NAMES` of them, nearest first."""
    found = []

    for name in _walk(directory, "", MAX_DEPTH):
        found.append(name)
        if len(found) == MAX_NAMES:
            break

    return sorted(found, key=lambda name: (name.count("."), name))


def _walk(folder: Path, prefix: str, depth: int) -> Iterator[str]:
    try:
        entries = sorted(folder.iterdir())
    except OSError:
        return

    for entry in entries:
        if entry.suffix == ".py" and entry.stem.isidentifier() and entry.name != PACKAGE:
            yield prefix + entry.stem
        elif depth and entry.name.isidentifier() and entry.name not in SKIPPED and entry.is_dir():
            inner = list(_walk(entry, f"{prefix}{entry.name}.", depth - 1))
            if inner or (entry / PACKAGE).is_file():
                yield prefix + entry.name
            yield from inner


def _installed(name: str) -> ModuleSpec | None:
    try:
        return find_spec(name)
    except (ImportError, ValueError):
        return None


def _text_of(spec: ModuleSpec) -> Path | None:
    file = Path(spec.origin) if spec.has_location and spec.origin else None
    return file if file is not None and file.suffix == ".py" else None
