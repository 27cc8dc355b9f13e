"""A walk over everything that is watched: what differs from what is known. Stat only, no file is opened.

Symbolic links to directories are not entered, so the walk ends and never leaves its roots.
"""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .selection import VENV_MARK
from .snapshot import look, sign

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .patterns import Parts
    from .roots import Root
    from .selection import Selection
    from .snapshot import Entry, Look, Signature


class Abandoned(Exception):
    """The walk was told to stop."""


@dataclass(slots=True)
class Sweep:
    """What a walk found."""

    suspects: dict[str, Look] = field(default_factory=dict)
    signatures: dict[str, Signature] = field(default_factory=dict)
    directories: dict[Root, dict[str, int]] = field(default_factory=dict)
    """The directories of each root, with their inodes: one that was replaced is another one."""
    links: dict[str, set[str]] = field(default_factory=dict)
    """Real path → the links through which it is watched too."""
    nameless: set[str] = field(default_factory=set)
    """Directories with a name in them that is no text: no notifier can be told of it."""
    seen: set[str] = field(default_factory=set)


def sweep(selection: Selection, known: Mapping[str, Entry], stopped: Callable[[], bool] = bool) -> Sweep:
    """Walk all roots beside what is known of them.

    Raises Abandoned once `stopped` says so, and OSError when a directory that is there cannot be listed for any
    reason but permissions: a network drive that is away for a moment has not lost its files.
    """
    walk = _Walk(selection, known, Sweep())

    for root in selection.roots:
        walk.over(root, stopped)

    found = walk.found
    found.suspects |= {path: "gone" for path in known if path not in found.seen}
    return found


def inspect(selection: Selection, path: str) -> os.stat_result | None:
    """The stat of a regular file, through a link that stays below a root; None for anything else."""
    try:
        info = os.lstat(path)

        if stat.S_ISLNK(info.st_mode):
            info = os.stat(path)

            if not selection.follows(path):
                return None
    except (OSError, ValueError):
        return None

    return info if stat.S_ISREG(info.st_mode) else None


def inode_of(directory: str) -> int:
    """The inode a path leads to; 0 when there is nothing."""
    try:
        return os.stat(directory).st_ino
    except OSError:
        return 0


def is_directory(path: str) -> bool:
    """Whether there is a directory, and no link to one."""
    try:
        return stat.S_ISDIR(os.lstat(path).st_mode)
    except (OSError, ValueError):
        return False


def is_text(name: str) -> bool:
    """Whether a name from the system can be said in UTF-8."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False

    return True


@dataclass(slots=True)
class _Walk:
    selection: Selection
    known: Mapping[str, Entry]
    found: Sweep

    def over(self, root: Root, stopped: Callable[[], bool]) -> None:
        directories = self.found.directories[root] = {}
        todo: list[tuple[str, Parts, int]] = [(root.directory, (), inode_of(root.directory))]

        while todo:
            if stopped():
                raise Abandoned

            directory, rest, inode = todo.pop()
            entries = _entries(directory)

            if entries is None or (rest and any(entry.name == VENV_MARK for entry in entries)):
                continue

            directories[directory] = inode
            todo += self._visit(root, rest, entries)

            if not all(entry.name.isascii() or is_text(entry.name) for entry in entries):
                self.found.nameless.add(directory)

    def _visit(self, root: Root, rest: Parts, entries: list[os.DirEntry[str]]) -> list[tuple[str, Parts, int]]:
        """Note the files of a directory; the directories to walk next."""
        deeper: list[tuple[str, Parts, int]] = []

        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                if self.selection.skips(root, (*rest, entry.name)) is None:
                    deeper.append((entry.path, (*rest, entry.name), entry.inode()))
            elif entry.path not in self.found.seen and self._wants(root, rest, entry):
                self._note(entry)

        return deeper

    def _wants(self, root: Root, rest: Parts, entry: os.DirEntry[str]) -> bool:
        return entry.path in self.known or self.selection.drops(root, (*rest, entry.name)) is None

    def _note(self, entry: os.DirEntry[str]) -> None:
        path = entry.path

        if entry.is_symlink():
            info = inspect(self.selection, path)
            self.found.links.setdefault(os.path.realpath(path), set()).add(path)
        else:
            info = _stat(entry)

        if info is None:
            return

        self.found.seen.add(path)
        known, signature = self.known.get(path), sign(info)

        if known and known.signature == signature and not known.racy:
            return

        if suspect := look(known, info.st_size):
            self.found.suspects[path] = suspect
            self.found.signatures[path] = signature


def _entries(directory: str) -> list[os.DirEntry[str]] | None:
    try:
        with os.scandir(directory) as entries:
            return list(entries)
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        return None


def _stat(entry: os.DirEntry[str]) -> os.stat_result | None:
    try:
        info = entry.stat(follow_symlinks=False)
    except OSError:
        return None

    return info if stat.S_ISREG(info.st_mode) else None
