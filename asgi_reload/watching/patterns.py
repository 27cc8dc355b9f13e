"""Globs over path parts. Pure text; knows no disk.

A pattern is a tuple of parts as `fnmatch` reads them, case as the platform has it; `**` stands for any number of parts.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from fnmatch import fnmatch, translate
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Parts: TypeAlias = tuple[str, ...]
Pattern: TypeAlias = tuple[str, ...]

WILDCARD = re.compile(r"\*+|\?|\[(?P<set>!?\]?[^\]]*)\]")
UNUSUAL = "\N{APL FUNCTIONAL SYMBOL ZILDE}"


@dataclass(frozen=True, slots=True)
class Names:
    """Patterns for single names, compiled into one expression: a walk asks for each of its files."""

    patterns: tuple[str, ...]
    any_of: re.Pattern[str]

    @classmethod
    def compiled(cls, patterns: Iterable[str]) -> Names:
        known = tuple(patterns)
        return cls(known, re.compile("|".join(translate(os.path.normcase(pattern)) for pattern in known)))

    def first(self, name: str) -> str | None:
        """The pattern that names this, if one does."""
        if not self.any_of.match(os.path.normcase(name)):
            return None

        return next(pattern for pattern in self.patterns if fnmatch(name, pattern))


def split(path: str) -> Parts:
    """An absolute path's parts; the first is its drive, empty where there are none."""
    drive, rest = os.path.splitdrive(path)
    return (drive, *(part for part in rest.replace(os.sep, "/").split("/") if part))


def below(root: Parts, parts: Parts) -> Parts:
    """The parts below a root; none when the path is the root or lies elsewhere."""
    return parts[len(root) :] if parts[: len(root)] == root else ()


def is_glob(text: str) -> bool:
    """Whether the text has a wildcard that `fnmatch` would read."""
    return any(character in text for character in "*?[")


def squeeze(parts: Sequence[str]) -> Pattern:
    """The pattern with runs of `**` made one, so that matching stays quick."""
    return tuple(part for i, part in enumerate(parts) if part != "**" or i == 0 or parts[i - 1] != "**")


def matches(pattern: Pattern, parts: Sequence[str]) -> bool:
    """Whether the pattern names exactly these parts."""
    if not pattern:
        return not parts

    if pattern[0] == "**":
        return any(matches(pattern[1:], parts[skip:]) for skip in range(len(parts) + 1))

    return bool(parts) and fnmatch(parts[0], pattern[0]) and matches(pattern[1:], parts[1:])


def leads_to(pattern: Pattern, parts: Sequence[str]) -> bool:
    """Whether a directory at these parts can hold something that the pattern names."""
    for part, wanted in zip(parts, pattern, strict=False):
        if wanted == "**":
            return True

        if not fnmatch(part, wanted):
            return False

    return len(pattern) > len(parts)


def example(pattern: Pattern) -> Parts:
    """Some parts that the pattern names, made of letters nobody uses where it leaves a choice."""
    parts = tuple(WILDCARD.sub(_some, part) for part in pattern if part != "**")
    return (*parts, UNUSUAL) if pattern[-1] == "**" else parts


def _some(wildcard: re.Match[str]) -> str:
    one_of = wildcard["set"]
    return UNUSUAL if one_of is None or one_of[0] == "!" else one_of[0]
