"""What the watcher says of itself. Values only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Mode = Literal["events", "polling", "waiting"]


@dataclass(frozen=True, slots=True)
class RootStatus:
    """One watched root: how changes are noticed there, and why so when it is not by events."""

    path: str
    mode: Mode
    reason: str = ""


@dataclass(frozen=True, slots=True)
class WatchStatus:
    """The watcher's state: its roots, how many files it knows, throttled paths, and what is wrong, if anything."""

    roots: tuple[RootStatus, ...]
    files: int = 0
    noisy: tuple[str, ...] = ()
    error: str | None = None
