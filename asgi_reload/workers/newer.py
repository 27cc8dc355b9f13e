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
        What the work raises comes out as it is.
        """
        done: list[T] = []
        errors: list[Exception] = []
        patience = max(patience, PATIENCE_S if self._given_up >= MAX_IN_A_ROW else 0.0)

        async with anyio.create_task_group() as group:

            async def do() -> None:
                try:
                    done.append(await work())
                except Exception as error:
                    errors.append(error)  # a group would wrap it
                group.cancel_scope.cancel()

            group.start_soon(do)
            await anyio.sleep(patience)
            while not self.is_there():  # noqa: ASYNC110 -- the watcher has no event for it
                await anyio.sleep(LOOK_S)
            group.cancel_scope.cancel()

        self._given_up = 0 if done or errors else self._given_up + 1
        for error in errors:
            raise error
        return done[0] if done else None
