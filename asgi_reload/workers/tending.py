"""All processes that belong to one launcher, each with its task, and their common end."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final, Generic, Protocol, TypeVar

from .orphans import Family

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from .launching import Life

CLOSE_S: Final = 1.0


class Tendable(Protocol):
    """A process of ours. `children` are lives that it has to reap."""

    @property
    def life(self) -> Life: ...

    @property
    def children(self) -> Sequence[Life]: ...

    async def run(self) -> None:
        """Until nothing can be asked of it any more."""

    async def gone(self) -> None:
        """Until it has ended, and its children."""

    def retire(self) -> None:
        """End when the last child has."""


T = TypeVar("T", bound=Tendable)


class Tended(Generic[T]):
    """Starts them and ends them. on_over: told of each of which nothing can be asked any more."""

    def __init__(self, make: Callable[[Family], T], on_over: Callable[[T], None] = lambda one: None) -> None:
        self._make = make
        self._on_over = on_over
        self._family = Family()
        self._tasks: dict[asyncio.Task[None], T] = {}

    def start(self) -> T:
        """One more. Raises OSError."""
        one = self._make(self._family)
        task = asyncio.create_task(self._tend(one))
        self._tasks[task] = one
        task.add_done_callback(self._tasks.pop)
        return one

    async def close(self) -> None:
        """Kill all that lives; who has children reaps them first, within CLOSE_S."""
        for one in self._tasks.values():
            if one.children:
                one.retire()
            else:
                one.life.kill()
            for life in one.children:
                life.kill()

        await self._until_ended()
        self._family.close()
        await self._until_ended()

        for task in tuple(self._tasks):
            task.cancel()

    async def _tend(self, one: T) -> None:
        await one.run()
        self._on_over(one)
        await one.gone()

    async def _until_ended(self) -> None:
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=CLOSE_S)
