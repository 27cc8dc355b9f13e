"""Where the wrapped app lives on disk: the directory that a developer would call the project.

Found by identity (which module holds this object?), so nothing has to be told and no frame is inspected.
"""

from __future__ import annotations

import os
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


CODE: Final = frozenset({".py", ".so", ".pyd"})
"""Endings of files that Python imports."""
OURS: Final = Path(__file__).parent
INSTALLED: Final = frozenset({"site-packages", "dist-packages"})
"""Directories of what is not the developer's own."""


def project_directory(apps: Iterable[object], modules: Mapping[str, ModuleType], default: Path) -> Path:
    """The directory that holds the top-level package or module in which one of these apps is bound, links resolved.

    `default`, the working directory, is taken where no module of the developer's own binds any of them.
    """
    wanted = {id(app) for app in apps}

    for name, module in list(modules.items()):
        file = _file_of(module)
        if file is None or _is_installed(file):
            continue
        if any(id(value) in wanted for value in list(vars(module).values())):
            return _top_level(name, module, file)

    return _resolved(default)


def _file_of(module: object) -> Path | None:
    # sys.modules may hold anything, and a lazy module's attributes may raise.
    if not isinstance(module, ModuleType):
        return None

    file = vars(module).get("__file__")
    return Path(file) if isinstance(file, str) else None


def _is_installed(file: Path) -> bool:
    return bool(INSTALLED & set(file.parts))


def _top_level(name: str, module: ModuleType, file: Path) -> Path:
    # `a.b.c` in /p/a/b/c.py and the package `a.b` in /p/a/b/__init__.py both lie in /p.
    package = vars(module).get("__package__") or ""
    depth = len(package.split(".")) if package else 0
    # A module may call itself what it likes, so its package may be deeper than its file.
    parents = _resolved(file).parents
    return parents[depth] if depth < len(parents) else parents[0]


def _resolved(path: Path) -> Path:
    # Unlike Path.resolve(), it takes a loop of links for what it is.
    return Path(os.path.realpath(path))


def is_loaded(path: Path, modules: Mapping[str, ModuleType]) -> bool:
    """Does one of these modules come from that file? Compared as written and with links resolved."""
    wanted = {path, _resolved(path)}
    return any(_file_of(module) in wanted for module in list(modules.values()))


def saved_at(file: str) -> float:
    """Seconds of the wall clock; 0 for a file that has gone."""
    try:
        return Path(file).stat().st_mtime
    except OSError:
        return 0.0


def without_place(text: str, project: Path) -> str:
    """The text, with paths in the project as they are told: relative to it."""
    return text.replace(f"{project}{os.sep}", "") if len(project.parts) > 1 else text
