"""The first reading of every file, in the background: only then can a touched file be told from a changed one."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from .inbox import Learned
from .snapshot import Entry, read

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .inbox import Inbox

LARGEST = 1024 * 1024
MOST = 256 * 1024 * 1024
"""Bytes of one file, and of all, that are read ahead. What is left out counts as changed when first touched."""
CHUNK = 32
PAUSE = 0.002
"""Files between two pauses, and seconds of each, which leave the processor to those who are waited for."""


def learn(known: Mapping[str, Entry], inbox: Inbox, stopped: Callable[[], bool]) -> None:
    """Read what has not been read yet, and put it into the inbox chunk by chunk."""
    left = MOST
    chunk: dict[str, Entry] = {}

    for path, entry in known.items():
        if entry.digest is not None or entry.size > min(LARGEST, left):
            continue

        if stopped():
            return

        if now := read(path):
            chunk[path] = now
            left -= now.size

        if len(chunk) >= CHUNK:
            inbox.put(Learned(chunk))
            chunk = {}
            time.sleep(PAUSE)

    inbox.put(Learned(chunk))
