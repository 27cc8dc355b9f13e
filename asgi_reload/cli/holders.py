"""Who holds a port of this machine, as far as the system lets us see."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ..printable import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

LISTENING: Final = "0A"
"""TCP_LISTEN in /proc/net/tcp (proc_pid_net(5))."""
LOCAL, STATE, INODE = 1, 3, 9
"""Columns of that table."""
MAX_SHOWN: Final = 60


def holder_of(port: int, proc: Path = Path("/proc")) -> str | None:
    """`uvicorn main:app (pid 17)`; None where the system does not tell, or not us."""
    inodes = {f"socket:[{inode}]" for table in ("tcp", "tcp6") for inode in _listeners(proc / "net" / table, port)}

    for pid in _processes(proc) if inodes else ():
        if inodes & set(_links(proc / pid / "fd")):
            return f"{_command_line(proc / pid)} (pid {pid})"

    return None


def _listeners(table: Path, port: int) -> Iterator[str]:
    try:
        rows = [line.split() for line in table.read_text().splitlines()[1:]]
    except OSError:
        return

    for row in rows:
        if row[STATE] == LISTENING and int(row[LOCAL].rpartition(":")[2], 16) == port:
            yield row[INODE]


def _processes(proc: Path) -> list[str]:
    return sorted((name for name in os.listdir(proc) if name.isdecimal()), key=int)  # noqa: PTH208


def _links(folder: Path) -> Iterator[str]:
    # Of other people's processes nothing is shown, and any may end meanwhile.
    try:
        entries = list(folder.iterdir())
    except OSError:
        return

    for entry in entries:
        try:
            yield os.readlink(entry)  # noqa: PTH115
        except OSError:
            continue


def _command_line(process: Path) -> str:
    try:
        words = process.joinpath("cmdline").read_bytes().decode(errors="replace").split("\0")
    except OSError:
        return "a process"

    # An interpreter says less than what it runs.
    names = [Path(word).name if i < 2 else word for i, word in enumerate(words) if word]
    is_python = len(names) > 1 and names[0].partition(".")[0].rstrip("0123456789") == "python"
    shown = names[1 + (names[1] == "-m") :] if is_python else names
    return printable(" ".join(shown), MAX_SHOWN) or "a process"
