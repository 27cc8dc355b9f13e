"""Warnings about what clients do wrong: never more often than people read, however many clients there are."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING, Final

from .printable import printable

if TYPE_CHECKING:
    from collections.abc import Callable

logger = logging.getLogger("asgi_reload")

INTERVAL_S: Final = 10.0


class Complaints:
    """One line in an interval; those between are counted."""

    def __init__(self, interval: float = INTERVAL_S, clock: Callable[[], float] = time.monotonic) -> None:
        self._interval = interval
        self._clock = clock
        self._next = float("-inf")
        self._unsaid = 0

    def __call__(self, text: str) -> None:
        now = self._clock()

        if now < self._next:
            self._unsaid += 1
            return

        more = f" (and {self._unsaid} more)" if self._unsaid else ""
        logger.warning("%s%s", printable(text), more)
        self._next, self._unsaid = now + self._interval, 0
