"""How long to wait before a worker that has crashed gets a successor. A clock's readings in, seconds out."""

from __future__ import annotations

from typing import Final

FIRST_S: Final = 0.5
LAST_S: Final = 5.0
STABLE_S: Final = 10.0


class Backoff:
    """None at first, then longer and longer; from the start again after a save, or a life of `STABLE_S`."""

    def __init__(self) -> None:
        self._delay = 0.0
        self.crashes = 0

    def reset(self) -> None:
        """Somebody has done something about it."""
        self._delay = 0.0
        self.crashes = 0

    def crashed(self, lived: float) -> float:
        """A worker has ended by itself after `lived` seconds. How many seconds is its successor to wait?"""
        if lived >= STABLE_S:
            self.reset()

        self.crashes += 1
        delay, self._delay = self._delay, min(max(FIRST_S, self._delay * 2), LAST_S)
        return delay
