"""Files that are written without end, named once each on the terminal, with the rule that ignores them."""

from __future__ import annotations

import json
import logging
from contextlib import aclosing
from typing import TYPE_CHECKING, Final, Protocol

from ..printable import printable

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Callable

    from ..changes import Batch
    from .status import WatchStatus

MAX_NAMED: Final = 64

logger = logging.getLogger("asgi_reload")


class Source(Protocol):
    """Where batches come from, and which paths are held back now."""

    def batches(self) -> AsyncGenerator[Batch, None]: ...
    def status(self) -> WatchStatus: ...


class Offenders:
    """Passes on batches, and names what is noisy among them. shown: a path as people see it."""

    def __init__(self, source: Source, shown: Callable[[str], str]) -> None:
        self._source = source
        self._shown = shown
        self._named: set[str] = set()

    async def batches(self) -> AsyncIterator[Batch]:
        async with aclosing(self._source.batches()) as batches:
            async for batch in batches:
                for path in self._source.status().noisy:
                    self._name(path)
                yield batch

    def _name(self, path: str) -> None:
        if path not in self._named and len(self._named) < MAX_NAMED:
            self._named.add(path)
            name = printable(self._shown(path))
            rule = f"ignore=[{json.dumps(name)}]"
            logger.warning(
                "%s is written without end, and told of now and then; if it is no source, add %s", name, rule
            )
