"""How many workers are about to come, and word of every change in who is there. Knows none of them."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import anyio

if TYPE_CHECKING:
    from collections.abc import Iterator


class Expectation:
    """Of a crew that has yet to begin, the first worker is expected."""

    def __init__(self) -> None:
        self.coming = 1
        self._changed = anyio.Event()

    @contextmanager
    def one(self) -> Iterator[None]:
        """Somebody may come of what the block does: callers wait for it, and a crash brings nobody else meanwhile."""
        self.coming += 1
        try:
            yield
        finally:
            self.met()

    def met(self) -> None:
        """One that was expected has come, or will not."""
        self.coming -= 1
        self.say()

    def say(self) -> None:
        """Somebody else is there."""
        changed, self._changed = self._changed, anyio.Event()
        changed.set()

    async def change(self) -> None:
        """Wait for the next change."""
        await self._changed.wait()
