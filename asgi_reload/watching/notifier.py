"""Threads that listen for file events and put what they hear into the inbox. Knows no library that does the listening.

A file event library looks up every `step` ms, and each look costs a wake-up. While somebody works that buys speed;
when nobody has for a while, the pace slows down, by way of the stop event: the library asks it at every look.
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Protocol

from .inbox import Attached, Hints, Inbox, Lost

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

LIVELY = 60.0
"""Seconds after a sign of work in which every step is looked at."""
REST = 0.02
"""Seconds between two pairs of looks when nobody works: the first save then waits half of that on average."""


class Stop(Protocol):
    """What a listener asks between any two looks."""

    def is_set(self) -> bool: ...


class Listen(Protocol):
    """Listens at paths and yields sets of paths to which something happened, until `stop.is_set()`.

    Raises OSError or RuntimeError when it cannot begin or go on. It must not ask `stop` before it listens.
    """

    def __call__(self, paths: Sequence[str], stop: Stop) -> Iterable[set[str]]: ...


class Pace:
    """Work and rest of all listeners: somebody has been at work lately, or not."""

    def __init__(self) -> None:
        self.stirred = time.monotonic()

    def stir(self) -> None:
        """There is a sign of work: look at every step for a while."""
        self.stirred = time.monotonic()

    def resting(self) -> bool:
        return time.monotonic() - self.stirred > LIVELY


class Leash:
    """The stop event of one listener. The first time it is asked, the listener listens."""

    def __init__(self, pace: Pace, inbox: Inbox, number: int) -> None:
        self.stopped = False
        self.attached = False
        self._pace = pace
        self._inbox = inbox
        self._number = number
        self._rested = False

    def is_set(self) -> bool:
        if not self.attached:
            self.attached = True
            self._inbox.put(Attached(self._number))
        elif self._pace.resting():
            # Two quiet looks make a batch; a rest before each would double the wait.
            self._rested = not self._rested

            if self._rested and not self.stopped:
                time.sleep(REST)

        # An interpreter on its way out has ended the main thread, and waits for this one.
        return self.stopped or not threading.main_thread().is_alive()


class Notifier:
    """At most one listener that counts, and its predecessor until it has taken over."""

    def __init__(self, listen: Listen, inbox: Inbox, pace: Pace) -> None:
        self._listen = listen
        self._inbox = inbox
        self._pace = pace
        self._number = 0
        self._leashes: dict[int, Leash] = {}

    def attach(self, paths: Sequence[str]) -> None:
        """Listen at these paths instead; Attached or Lost tells what came of it. Till then the last one goes on."""
        self._number += 1
        leash = self._leashes[self._number] = Leash(self._pace, self._inbox, self._number)
        name = f"asgi-reload-watch-{self._number}"
        threading.Thread(target=self._run, args=(tuple(paths), leash, self._number), name=name).start()

    def is_current(self, number: int) -> bool:
        """Whether this is the last listener that was asked for."""
        return number == self._number

    def release(self, *, all_of_them: bool = False) -> None:
        """Stop the listeners that have been replaced; they end within a step, or a rest."""
        for number in [n for n in self._leashes if all_of_them or n != self._number]:
            self._leashes.pop(number).stopped = True

    def _run(self, paths: tuple[str, ...], leash: Leash, number: int) -> None:
        try:
            for heard in self._listen(paths, leash):
                self._inbox.put(Hints(frozenset(heard), time.monotonic()))
        except Exception as error:
            self._inbox.put(Lost(number, error, leash.attached))
        else:
            if not leash.stopped:
                self._inbox.put(Lost(number, RuntimeError("the listener ended unasked"), leash.attached))
