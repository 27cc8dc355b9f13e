"""Notes from threads to the one task that waits for them. Bounded, and never blocks a thread.

A socket pair wakes the task: it needs no event loop to be named, so a thread that outlives the loop harms nobody.
"""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import anyio

if TYPE_CHECKING:
    from .snapshot import Entry
    from .sweep import Sweep

MOST_HINTS = 4096
"""Paths that wait for a busy loop; beyond that the hint is: anything."""
WAKE_BYTES = 4096


@dataclass(frozen=True, slots=True)
class Attached:
    """The notifier with this number listens."""

    number: int


@dataclass(frozen=True, slots=True)
class Lost:
    """The notifier with this number is no more; `attached` says whether it ever listened."""

    number: int
    error: BaseException
    attached: bool


@dataclass(frozen=True, slots=True)
class Hints:
    """Something happened to these paths, first noticed at `at` (monotonic seconds)."""

    paths: frozenset[str]
    at: float


@dataclass(frozen=True, slots=True)
class Swept:
    """A walk has ended, after `seconds`: with what it found or with what stopped it."""

    found: Sweep | Exception
    seconds: float


@dataclass(frozen=True, slots=True)
class Learned:
    """Files that were read for the first time."""

    entries: dict[str, Entry]


@dataclass(frozen=True, slots=True)
class Glanced:
    """A look at the files saved last has ended: these differ from what is known."""

    paths: frozenset[str]
    at: float


@dataclass(frozen=True, slots=True)
class Seen:
    """Somebody who could not wait for an event looked at `at`: these files differ from what is known."""

    paths: frozenset[str]
    at: float


Note: TypeAlias = Attached | Lost | Hints | Swept | Learned | Glanced | Seen


class Inbox:
    """Put from any thread, wait in one task. Closing is final; what comes later is dropped."""

    def __init__(self) -> None:
        self._receiver, self._sender = socket.socketpair()
        self._receiver.setblocking(False)
        self._sender.setblocking(False)
        self._lock = threading.Lock()
        self._notes: list[Note] = []
        self._hints = 0
        self._overflowed = False
        self._closed = False

    def put(self, note: Note) -> None:
        """Leave a note and wake the task."""
        with self._lock:
            if self._closed:
                return

            if self._fits(note):
                self._notes.append(note)

            with suppress(BlockingIOError):  # then there is enough to wake up to
                self._sender.send(b"\0")

    def hinted(self) -> set[str]:
        """The paths in notes that nobody has taken yet."""
        if not self._hints:
            return set()

        with self._lock:
            return {path for note in self._notes if isinstance(note, (Hints, Seen)) for path in note.paths}

    async def wait(self, seconds: float | None) -> tuple[list[Note], bool]:
        """The notes as soon as there are any, none after so many seconds; and whether hints were dropped."""
        with anyio.move_on_after(seconds):
            await anyio.wait_readable(self._receiver)

        with self._lock:
            try:
                self._receiver.recv(WAKE_BYTES)
            except BlockingIOError:
                return [], False

            notes, overflowed = self._notes, self._overflowed
            self._notes, self._hints, self._overflowed = [], 0, False

        return notes, overflowed

    def close(self) -> None:
        """Let go of the sockets."""
        with self._lock:
            self._closed = True
            self._receiver.close()
            self._sender.close()

    def _fits(self, note: Note) -> bool:
        if not isinstance(note, (Hints, Seen)):
            return True

        self._hints += len(note.paths)
        fits = self._hints <= MOST_HINTS
        self._overflowed = self._overflowed or not fits
        return fits
