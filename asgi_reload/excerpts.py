"""Lines of source around a place, as people are shown them. Bounded, and closed to what nobody should see.

Only files of the project, of Python itself and of installed libraries are shown, links resolved, and none that are
likely to hold a secret.
"""

from __future__ import annotations

import linecache
import os
import sysconfig
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from .highlight import highlighted
from .printable import printable
from .project import INSTALLED

if TYPE_CHECKING:
    from .highlight import Mark

AROUND: Final = 3
"""Lines above and below."""
MAX_LINE: Final = 300
"""Characters of a line."""
MAX_SOURCE: Final = 64 * 1024
"""Characters of all excerpts of a report together; what comes later has none."""
SECRETS: Final = (".env*", "*.env", "*.pem", "*.key", "id_*")
CODE: Final = frozenset({".py", ".pyi", ".pyw"})
HIDDEN: Final = ".git"


@dataclass(frozen=True, slots=True)
class Excerpt:
    """`first` is the number of the first line of `source`; `marks` are those of each line (see highlight)."""

    first: int
    source: tuple[str, ...] = ()
    marks: tuple[tuple[Mark, ...], ...] = ()


class Excerpts:
    """Those of one report."""

    def __init__(self, project: Path) -> None:
        self._left = MAX_SOURCE
        self._roots = (Path(os.path.realpath(project)), Path(os.path.realpath(sysconfig.get_path("stdlib"))))
        self.around = lru_cache(maxsize=None)(self._around)
        """The lines around this one of a file; no source if they may not be shown, or cannot be."""
        self.is_open = lru_cache(maxsize=None)(self._is_open)
        """May lines of this file be shown? The name of a module that was made in memory is no file, and is."""

    def columns(self, filename: str, line: int, columns: tuple[int, int] | None) -> tuple[int, int] | None:
        """These columns of the line of the file, in characters, as columns of what is shown of it."""
        excerpt = self.around(filename, line)
        at = line - excerpt.first
        if columns is None or not 0 <= at < len(excerpt.source):
            return None

        shown, raw = len(excerpt.source[at]), linecache.getline(filename, line)
        start, end = (min(shown, _width(raw[: max(0, column)])) for column in columns)
        return (start, max(end, min(start + 1, shown))) if start < shown else None

    def _around(self, filename: str, line: int) -> Excerpt:
        first = max(1, line - AROUND)
        if line < 1 or not self._left or not self.is_open(filename):
            return Excerpt(first)

        lines = linecache.getlines(filename)
        source = tuple(map(_shown, lines[first - 1 : line + AROUND])) if line <= len(lines) else ()
        self._left = max(0, self._left - sum(map(len, source)))
        if not source or Path(filename).suffix not in CODE:
            return Excerpt(first, source, tuple(() for _ in source))

        return Excerpt(first, source, highlighted(lines, first - 1, source))

    def _is_open(self, filename: str) -> bool:
        if filename[:1] == "<":
            return True

        given, real = Path(filename), Path(os.path.realpath(filename))
        if not given.is_absolute() and not real.exists():
            return False  # it would be looked for on the path of modules

        is_known = bool(INSTALLED & set(real.parts)) or any(real.is_relative_to(root) for root in self._roots)
        return is_known and not is_secret(given) and not is_secret(real)


def is_secret(file: Path) -> bool:
    """Is this a file of the kind that keys and passwords are kept in?"""
    is_named = any(fnmatchcase(file.name, pattern) for pattern in SECRETS)
    return HIDDEN in file.parts or (is_named and file.suffix not in CODE)


def _shown(line: str) -> str:
    return printable(_flat(line.rstrip("\r\n")[: MAX_LINE + 1]), MAX_LINE)


def _width(text: str) -> int:
    return len(printable(_flat(text[: MAX_LINE + 1]), MAX_LINE + 1))


def _flat(text: str) -> str:
    # A blank for a tab: so that columns stay what they are.
    return text.replace("\t", " ")
