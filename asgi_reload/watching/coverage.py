"""How changes are noticed at each root: by events, by polling, or not yet. Decides; listens to nothing itself."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from .filesystems import mounts, silent
from .patterns import below, split
from .status import RootStatus
from .sweep import inode_of, is_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .roots import Root
    from .selection import Selection
    from .sweep import Sweep

RECURSIVE = sys.platform != "linux"
"""Whether one listener at a root hears all below it.

Where every directory has to be named anyway (inotify), we name them: links out of the tree, virtual environments and
`node_modules` then cost no watch and no walk.
"""
ASKED = "as the setting poll says"
ABSENT = "does not exist"
IDLE = "not watching"
STARTING = "starting to listen"
NAMELESS = "a directory with names that are not UTF-8 is polled: "


class Coverage:
    """The mode of every root, and the directories to listen at."""

    def __init__(self, selection: Selection, poll: bool | None) -> None:
        self.listening = False
        self.trouble = IDLE
        self._poll = poll
        self._inodes: dict[Root, int] = dict.fromkeys(selection.roots, 0)
        self._polled: dict[Root, str] = {}
        self._nameless: frozenset[str] = frozenset()
        self._surveyed = False

    def survey(self, found: Sweep) -> None:
        """Take note of the roots and directories that a walk has seen."""
        for root, directories in found.directories.items():
            inode = directories.get(root.directory, 0)

            if inode and inode != self._inodes[root] and root not in self._polled:
                self._choose(root)

            self._inodes[root] = inode

        self._nameless = frozenset(found.nameless)
        self._surveyed = True

    def moved(self) -> bool:
        """Whether a root came, went or was replaced since the survey. Asks only file systems that answer at once."""
        return any(
            inode_of(root.directory) != inode for root, inode in self._inodes.items() if root not in self._polled
        )

    def directories(self, found: Sweep) -> dict[str, int]:
        """Where to listen, with inodes."""
        wanted: dict[str, int] = {}

        for root, directories in found.directories.items():
            if root not in self._polled:
                wanted |= {root.directory: directories[root.directory]} if RECURSIVE and directories else directories

        return {path: inode for path, inode in wanted.items() if path not in found.nameless and is_text(path)}

    def polls(self) -> bool:
        """Whether some of the tree can only be known by walking it."""
        return bool(self._polled or self._nameless)

    def is_polled(self, path: str) -> bool:
        """Whether events for this path are not to be expected."""
        parts = split(path)
        return os.path.dirname(path) in self._nameless or any(below(root.parts, parts) for root in self._polled)

    def demote(self, root: Root, reason: str) -> None:
        """Poll this root from now on."""
        self._polled[root] = reason

    def demotable(self, found: Sweep) -> Root | None:
        """The root that asks most of the listener: the first to be polled when it cannot have it all."""
        candidates = [root for root in found.directories if root not in self._polled and self._inodes[root]]
        return max(candidates, key=lambda root: len(found.directories[root]), default=None)

    def roots_of(self, paths: Iterable[str]) -> tuple[Root, ...]:
        """The roots not yet polled that hold one of these paths."""
        held = [split(path) for path in paths]
        return tuple(r for r in self._inodes if r not in self._polled and any(below(r.parts, p) for p in held))

    def status(self) -> tuple[RootStatus, ...]:
        """Every root with its mode."""
        return tuple(self._status(root) for root in self._inodes)

    def _choose(self, root: Root) -> None:
        if self._poll:
            self._polled[root] = ASKED
        elif self._poll is None and (filesystem := silent(os.path.realpath(root.directory), mounts())):
            self._polled[root] = f"{filesystem} does not tell of changes"

    def _status(self, root: Root) -> RootStatus:
        if self.trouble == IDLE or not self._surveyed:
            return RootStatus(str(root), "waiting", self.trouble)

        if not self._inodes[root]:
            return RootStatus(str(root), "waiting", ABSENT)

        if root in self._polled:
            return RootStatus(str(root), "polling", self._polled[root])

        if not self.listening:
            return RootStatus(str(root), "waiting", self.trouble)

        nameless = sorted(path for path in self._nameless if split(path)[: len(root.parts)] == root.parts)
        return RootStatus(str(root), "events", NAMELESS + ascii(nameless[0]) if nameless else "")
