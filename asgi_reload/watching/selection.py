"""Which paths are watched, which are ignored, and by which rule.

Paths are compared by parts. Ignore rules apply below a root, never to the root itself: what is asked for by name is
watched wherever it lies. The disk is asked only about links and virtual environments.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import SettingError
from .defaults import DIRECTORIES, FILES
from .patterns import Names, Parts, below, example, leads_to, matches, split
from .roots import Ignore, Root, listed, read_ignore, read_watch, refuse_too_much

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    Entries = Sequence[str | Path]

VENV_MARK = "pyvenv.cfg"
OUTSIDE = "outside the watched paths"
UNNAMED = "matches no watched pattern"
LINK_OUT = "symbolic link out of the watched paths"
LINK_DIRECTORY = "symbolic link to a directory"


@dataclass(frozen=True, slots=True)
class Selection:
    """What is watched. Built by `parse`; asked by the walk, level by level, and for single paths."""

    base: Path
    roots: tuple[Root, ...]
    ignores: tuple[Ignore, ...] = ()
    directories: Names = field(default_factory=lambda: Names.compiled(DIRECTORIES), repr=False, compare=False)
    files: Names = field(default_factory=lambda: Names.compiled(FILES), repr=False, compare=False)

    @classmethod
    def parse(
        cls, watch: Entries | str | Path, ignore: Sequence[str] | str, base: Path, *, force: bool = False
    ) -> Selection:
        """Read the settings `watch` (nothing: all of `base`) and `ignore`, lists or single, relative to `base`.

        Raises SettingError, which names the setting, for a path that does not exist (unless it ends in a slash), a
        glob that can match nothing, and without `force` for `/`, a drive or the home directory as a root.
        """
        base = Path(os.path.abspath(base))
        ignores = tuple(read_ignore(entry, base) for entry in listed(ignore))
        entries = listed(watch) or (str(base),)
        roots = [read_watch(entry, base) for entry in entries]

        for entry, root in zip(entries, roots, strict=True):
            if not force:
                refuse_too_much(entry, root)

            cls(base, (root,), ignores)._refuse_contradiction(entry)

        return cls(base, _joined(roots), ignores)

    def accepts(self, path: str | Path) -> bool:
        """Whether changes of this file are wanted."""
        return self.rule(path) is None

    def enters(self, directory: str) -> bool:
        """Whether the walk would look into this directory, were it there."""
        parts = split(directory)
        rests = [(root, below(root.parts, parts)) for root in self.roots]
        return any(
            rest and all(not self.skips(root, rest[:n]) for n in range(1, len(rest) + 1)) for root, rest in rests
        )

    def rule(self, path: str | Path) -> str | None:
        """Why a file is not watched: the ignore rule as written, or where it lies. None when it is watched."""
        parts = split(os.fspath(path))
        verdicts = [self._verdict(root, rest) for root in self.roots if (rest := below(root.parts, parts))]

        if None in verdicts:
            return None

        return verdicts[0] if verdicts else OUTSIDE

    def skips(self, root: Root, rest: Parts) -> str | None:
        """The rule that keeps the walk out of a directory, `rest` being its parts below the root."""
        if root.kind != "files" and (rule := self.directories.first(rest[-1])):
            return rule

        if root.kind != "tree" and not any(leads_to(pattern, rest) for pattern in root.patterns):
            return UNNAMED

        return self._ignored(root, rest, is_directory=True)

    def drops(self, root: Root, rest: Parts) -> str | None:
        """The rule that excludes a file in a directory that is walked."""
        if root.kind != "tree" and not any(matches(pattern, rest) for pattern in root.patterns):
            return UNNAMED

        if root.kind != "files" and (rule := self.files.first(rest[-1])):
            return rule

        return self._ignored(root, rest, is_directory=False)

    def follows(self, link: str) -> bool:
        """Whether a symbolic link stays below a root; only such links are looked through."""
        target = split(os.path.realpath(link))
        return any(below(split(os.path.realpath(root.directory)), target) for root in self.roots)

    def _verdict(self, root: Root, rest: Parts) -> str | None:
        for depth in range(1, len(rest)):
            directory = os.path.join(root.directory, *rest[:depth])

            if rule := self.skips(root, rest[:depth]):
                return rule

            if os.path.islink(directory):
                return LINK_DIRECTORY

            if os.path.lexists(os.path.join(directory, VENV_MARK)):
                return VENV_MARK

        path = os.path.join(root.directory, *rest)
        return self.drops(root, rest) or (LINK_OUT if os.path.islink(path) and not self.follows(path) else None)

    def _ignored(self, root: Root, rest: Parts, *, is_directory: bool) -> str | None:
        if not self.ignores:
            return None

        parts = (*root.parts, *rest)
        return next((i.text for i in self.ignores if i.excludes(parts, is_directory=is_directory)), None)

    def _refuse_contradiction(self, entry: str) -> None:
        (root,) = self.roots
        rest = example(root.patterns[0]) if root.patterns else ()
        levels = [self.skips(root, rest[:depth]) for depth in range(1, len(rest))]
        last = self.drops(root, rest) if rest else self._ignored(root, (), is_directory=True)

        if rule := next((rule for rule in (*levels, last) if rule), None):
            raise SettingError("watch", entry, f"it can match nothing: {rule!r} ignores it; change one of the two")


def _joined(roots: Iterable[Root]) -> tuple[Root, ...]:
    """One root for each directory and kind, with the patterns of all."""
    joined: dict[tuple[str, str], Root] = {}

    for root in roots:
        known = joined.get((root.directory, root.kind), root)
        patterns = tuple(dict.fromkeys((*known.patterns, *root.patterns)))
        joined[root.directory, root.kind] = Root(root.directory, root.kind, patterns)

    return tuple(joined.values())
