"""A git directory without a work tree, and a folder that is made to look like one commit of it after another."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

KINDS: Final = {"A": "added", "M": "modified", "T": "modified", "D": "deleted"}


class History:
    """Checks commits out into a folder. The git directory is only read; the index is kept beside the folder."""

    def __init__(self, git_dir: Path, folder: Path) -> None:
        self._git_dir = git_dir
        self._folder = folder
        self._index = folder.parent / f"{folder.name}.index"
        self._at: str | None = None

    def commits(self, count: int, under: str, until: str) -> list[str]:
        """The last `count` commits of the main line that touched Python under a directory, and the one before them."""
        pattern = f":(glob){under}/**/*.py" if under else ":(glob)**/*.py"
        listed = self._git("rev-list", "--first-parent", f"--max-count={count}", until, "--", pattern).split()
        return [self._git("rev-parse", f"{listed[-1]}^").strip(), *reversed(listed)]

    def title(self, commit: str) -> str:
        return self._git("show", "--no-patch", "--format=%h %cs %s", commit).strip()

    def check_out(self, commit: str) -> list[tuple[str, str]]:
        """Make the folder equal to a commit; path and kind of each file that differs from the last one."""
        before, self._at = self._at, commit
        self._git("read-tree", "--reset", "-u", commit)
        if before is None:
            return []

        lines = self._git("diff", "--no-renames", "--name-status", before, commit).splitlines()
        pairs = [line.split("\t", 1) for line in lines]
        return [(str(self._folder / name), KINDS[kind]) for kind, name in pairs]

    def _git(self, *arguments: str) -> str:
        environment = {**os.environ, "GIT_INDEX_FILE": str(self._index)}
        command = ["git", "-c", "core.quotePath=false", f"--git-dir={self._git_dir}", f"--work-tree={self._folder}"]
        done = subprocess.run([*command, *arguments], env=environment, check=True, capture_output=True, text=True)
        return done.stdout
