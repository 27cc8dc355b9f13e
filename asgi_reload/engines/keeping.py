"""What user code asks of a reload: keep this object, run this before I go, never replace me in place.

The one process-wide object of the engines: it has to be there before anything else is, since user modules call it while
they are imported for the first time.
"""

from __future__ import annotations

import inspect
import logging
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable

T = TypeVar("T")
logger = logging.getLogger("asgi_reload")


class Keeper:
    """Objects that outlive their modules, by key; and what modules have asked for."""

    def __init__(self) -> None:
        self._kept: dict[Hashable, Any] = {}
        self._disposers: dict[str, list[Callable[[], Any]]] = {}
        self.declined: set[str] = set()
        self.on_wish: Callable[[], None] | None = None

    def keep(self, key: Hashable, factory: Callable[[], T]) -> T:
        """The object of that key, made by `factory` the first time."""
        if key not in self._kept:
            self._kept[key] = factory()

        kept: T = self._kept[key]
        return kept

    def on_dispose(self, function: Callable[[], Any]) -> None:
        self._disposers.setdefault(function.__module__, []).append(function)

    def take_disposers(self, modules: Iterable[str]) -> dict[str, list[Callable[[], Any]]]:
        """What these modules want to be done before they go; they have to say it again."""
        return {module: self._disposers.pop(module) for module in modules if module in self._disposers}

    def put_back(self, disposers: dict[str, list[Callable[[], Any]]]) -> None:
        """The modules stay after all."""
        self._disposers.update(disposers)


async def dispose(disposers: dict[str, list[Callable[[], Any]]]) -> None:
    """Run them, the last one first; one that fails is logged and holds up nobody."""
    for module, functions in disposers.items():
        for function in reversed(functions):
            try:
                result = function()
                if inspect.isawaitable(result):
                    await result
            except Exception:
                logger.exception("a dispose function of %s failed", module)


KEEPER = Keeper()
