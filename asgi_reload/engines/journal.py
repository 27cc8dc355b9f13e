"""One undo stack for every write into the process, so that a change which fails leaves nothing behind.

Knows dicts, attributes and callables; not what they mean.
"""

from __future__ import annotations

import logging
from collections import deque
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, MutableMapping

logger = logging.getLogger("asgi_reload")
ABSENT: Final = object()


class Journal:
    """Writes now, and remembers how it was. Either `rollback` or `forget` ends it."""

    def __init__(self) -> None:
        self._undo: list[Callable[[], object]] = []
        self._saved: set[int] = set()

    def set_item(self, mapping: MutableMapping[Any, Any], key: object, value: object) -> None:
        """`mapping[key] = value`; ABSENT deletes it."""
        before = mapping.get(key, ABSENT)
        self.on_rollback(lambda: _put(mapping, key, before))
        _put(mapping, key, value)

    def set_attribute(self, owner: object, name: str, value: object) -> None:
        """`owner.name = value`, also where the class of `owner` forbids it."""
        before = getattr(owner, name)
        self.on_rollback(lambda: _assign(owner, name, before))
        _assign(owner, name, value)

    def keep(self, mapping: MutableMapping[Any, Any]) -> None:
        """Remember a whole mapping, once, before somebody else writes into it."""
        if id(mapping) in self._saved:
            return

        self._saved.add(id(mapping))
        before = dict(mapping)
        self.on_rollback(lambda: _restore(mapping, before))

    def keep_list(self, values: list[Any]) -> None:
        """Remember a list, before somebody else writes into it."""
        before = list(values)

        def restore() -> None:
            values[:] = before

        self.on_rollback(restore)

    def keep_order(self, mapping: MutableMapping[Any, Any]) -> None:
        """Remember the order of a mapping's keys, before somebody writes into it."""
        before = list(mapping)

        def restore() -> None:
            known = dict.fromkeys(key for key in before if key in mapping)
            names = [*known, *(key for key in mapping if key not in known)]
            if names != list(mapping):
                # In one call, so that no other thread can find a key missing.
                deque(map(mapping.__setitem__, names, map(mapping.pop, names)), maxlen=0)

        self.on_rollback(restore)

    def on_rollback(self, undo: Callable[[], object]) -> None:
        """Call this if everything has to be undone."""
        self._undo.append(undo)

    def rollback(self) -> None:
        """Undo all writes, the last one first. One that fails is logged, and the others are undone all the same."""
        while self._undo:
            undo = self._undo.pop()
            try:
                undo()
            except Exception:
                logger.exception("a write could not be undone")

        self._saved.clear()

    def forget(self) -> None:
        """The writes stay."""
        self._undo.clear()
        self._saved.clear()


def _put(mapping: MutableMapping[Any, Any], key: object, value: object) -> None:
    if value is ABSENT:
        mapping.pop(key, None)
    else:
        mapping[key] = value


def _assign(owner: object, name: str, value: object) -> None:
    try:
        setattr(owner, name, value)
    except (AttributeError, TypeError):
        # A frozen dataclass or a class with its own __setattr__ says no to everybody but `object`.
        object.__setattr__(owner, name, value)


def _restore(mapping: MutableMapping[Any, Any], before: dict[Any, Any]) -> None:
    # Key by key, since other threads may be reading.
    for key in [key for key in mapping if key not in before]:
        mapping.pop(key, None)
    for key, value in before.items():
        if mapping.get(key, ABSENT) is not value:
            mapping[key] = value
