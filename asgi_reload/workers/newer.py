"""Work for one save, given up when another save is noticed before it is done. Bounded: not for ever."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar

import anyio

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

T = TypeVar("T")
LOOK_S: Final = 0.02
MAX_IN_A_ROW: Final = 5
PATIENCE_S: Final = 5.0


class Newer:
    """`is_there` says that code has been saved that nobody was told of yet."""

    def __init__(self) -> None:
        self.is_there: Callable[[], bool] = lambda: False
        self._given_up = 0

    async def unless(self, work: Callable[[], Awaitable[T]], patience: float = 0.0) -> T | None:
        """What the work came to; None if it was cancelled for a newer save, not before `patience` seconds.

        After `MAX_IN_A_ROW` such saves the work has `PATIENCE_S` to itself: who saves all the time gets something.
        """
        done: list[T] = []
        patience = max(patience, PATIENCE_S if self._given_up >= MAX_IN_A_ROW else 0.0)

        async with anyio.create_task_group() as group:

            async def do() -> None:
                done.append(await work())
                group.cancel_scope.cancel()

            group.start_soon(do)
            await anyio.sleep(patience)
            while not self.is_there():  # noqa: ASYNC110 -- the watcher has no event for it
                await anyio.sleep(LOOK_S)
            group.cancel_scope.cancel()

        self._given_up = 0 if done else self._given_up + 1
        return done[0] if done else None
