"""Where requests wait while a new version is on its way. Everything is bounded: nobody waits for good."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final

import anyio

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

HOLD_S: Final = 10.0  # a request waits no longer than this for a swap
EXPECT_S: Final = 0.5  # nor than this for a save that has been noticed to become a swap
EXPECT_STEP_S: Final = 0.001


class Gate:
    """Open, or held. `is_expected` says that a save has been noticed that is not judged yet.

    hold: seconds that nobody waits longer than.
    """

    def __init__(self, hold: float = HOLD_S) -> None:
        self._hold = hold
        self.is_expected: Callable[[], bool] = _never
        self._held: anyio.Event | None = None
        self._holders = 0

    @property
    def is_open(self) -> bool:
        return self._held is None and not self.is_expected()

    async def opened(self) -> None:
        """Wait until it is open, within bounds. A save during a swap is the next one, and is waited for as well."""
        with anyio.move_on_after(self._hold):
            while not self.is_open:
                if (held := self._held) is not None:
                    await held.wait()
                elif not await self._became_swap():
                    return

    async def _became_swap(self) -> bool:
        """Wait for what is expected. A matter of a few ms: the watcher takes a second look before it believes one."""
        with anyio.move_on_after(EXPECT_S) as waiting:
            while self._held is None and self.is_expected():  # noqa: ASYNC110
                await anyio.sleep(EXPECT_STEP_S)

        return not waiting.cancelled_caught

    @asynccontextmanager
    async def holding(self) -> AsyncIterator[None]:
        """Hold whoever comes while the block runs, and blocks that have begun meanwhile."""
        held = self._held = self._held or anyio.Event()
        self._holders += 1
        try:
            yield
        finally:
            self._holders -= 1
            if self._holders == 0:
                self._held = None
                held.set()


def _never() -> bool:
    return False
