"""Tasks of one group that do not end each other."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from anyio.abc import TaskGroup

logger = logging.getLogger("asgi_reload")


class Guarded:
    """Begins tasks as long as it has a group; what fails in one is logged, and the others go on."""

    def __init__(self) -> None:
        self.group: TaskGroup | None = None

    def begin(self, function: Callable[..., Coroutine[Any, Any, None]], *args: object) -> None:
        async def guarded() -> None:
            try:
                await function(*args)
            except Exception:
                logger.exception("a task of the workers failed; the others go on")

        if self.group is not None:
            self.group.start_soon(guarded, name=f"asgi_reload.{function.__name__}")
