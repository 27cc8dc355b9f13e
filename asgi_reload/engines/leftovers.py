"""What is left of old versions of the app, let go when things are quiet."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING, Final

import anyio

if TYPE_CHECKING:
    from collections.abc import Callable

    from .generation import Generation

QUIET_S: Final = 1.0  # without a further save, before what is left is collected


class Leftovers:
    """Calls to make when an old version is gone for good."""

    def __init__(self) -> None:
        self._calls: list[Callable[[], None]] = []

    def add(self, forget: Callable[[], None]) -> None:
        self._calls.append(forget)

    async def clear_when_quiet(self, current: Callable[[], Generation]) -> None:
        """A full collection stops everything for a moment: once for a burst of saves, and when nobody waits."""
        count = len(self._calls)
        await anyio.sleep(QUIET_S)
        if count == len(self._calls):
            await current().idle(QUIET_S)
            self.clear()

    def clear(self) -> None:
        """Let go of it all now."""
        calls, self._calls = self._calls, []
        for forget in calls:
            forget()
        if calls:
            gc.collect()
