"""The locks by which version control systems say that they are at work. Looks below given directories only."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable

Lock: TypeAlias = tuple[str, int, int]

LOCKS = (".git/index.lock", ".hg/wlock", ".sl/wlock", ".jj/working_copy/working_copy.lock", ".bzr/checkout/lock/held")
POINTER = "gitdir: "
POINTER_BYTES = 4096


def lock_paths(directories: Iterable[str]) -> tuple[str, ...]:
    """Where locks would lie, for the repositories at the top of these directories."""
    paths: dict[str, None] = {}

    for directory in directories:
        paths |= dict.fromkeys(os.path.join(directory, lock) for lock in LOCKS if _has(directory, lock))

        if worktree := _worktree(directory):
            paths[os.path.join(worktree, "index.lock")] = None

    return tuple(paths)


def held(paths: Iterable[str]) -> Lock | None:
    """The first lock that is held, told from later ones by its inode and time."""
    for path in paths:
        try:
            info = os.lstat(path)
        except OSError:
            continue

        return path, info.st_ino, info.st_mtime_ns

    return None


def _has(directory: str, lock: str) -> bool:
    return os.path.isdir(os.path.join(directory, lock.split("/", 1)[0]))


def _worktree(directory: str) -> str | None:
    """The git directory of a linked worktree or submodule, whose `.git` is a file that points to it."""
    try:
        with open(os.path.join(directory, ".git"), encoding="utf-8", errors="surrogateescape") as pointer:
            text = pointer.read(POINTER_BYTES)
    except OSError:
        return None

    return os.path.join(directory, text.removeprefix(POINTER).strip()) if text[: len(POINTER)] == POINTER else None
