"""Was something written into? A shallow structural digest of an object, compared before and after.

Members of containers by identity, attributes a few levels deep. Reads only; calls nothing of the object's own. What is
held by a weak reference may go at any time, and that is nobody's writing.
"""

from __future__ import annotations

import sys
import weakref
from collections import deque
from types import BuiltinFunctionType, FunctionType, MethodType, ModuleType
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from .names import Name

if TYPE_CHECKING:
    from collections.abc import Iterable

DEPTH: Final = 3
MAX_PARTS: Final = 20_000
Members: TypeAlias = tuple[object, ...]

ATOMS: Final = (
    str,
    bytes,
    int,
    float,
    complex,
    bool,
    type(None),
    FunctionType,
    BuiltinFunctionType,
    MethodType,
    ModuleType,
)
SKIPPED: Final = frozenset(
    {"__dict__", "__weakref__", "__doc__", "_abc_impl", "__firstlineno__", "__static_attributes__"}
)


class Digest:
    """What a set of values held at one moment, by identity; the values are held as long as the digest is."""

    def __init__(self, values: Iterable[object]) -> None:
        self._found: dict[int, tuple[object, Members]] = {}
        self._weak: dict[int, set[object]] = {}
        self._held: list[object] = []
        level = list(values)

        for _ in range(DEPTH + 1):
            level = [item for value in level for item in self._take(value)]

    def _take(self, value: object) -> list[object]:
        if isinstance(value, ATOMS) or id(value) in self._found or len(self._found) > MAX_PARTS:
            return []

        members = _members(value)
        if members is None:
            return []
        self._found[id(value)] = value, _identities(members)
        if weak := [pair for pair in members if any(isinstance(part, weakref.ref) for part in pair)]:
            # Held, so that no other object takes their identity.
            self._held += weak
            self._weak[id(value)] = {*_identities(weak)}
        return [item for _, item in members]

    def changed(self) -> set[int]:
        """The ids of the objects that hold something else now."""
        return {number for number, (value, before) in self._found.items() if self._is_written(number, value, before)}

    def _is_written(self, number: int, value: object, before: Members) -> bool:
        now = _identities(_members(value) or [])
        if now == before:
            return False

        may_go = self._weak.get(number, set()) - {*now}
        return now != tuple(member for member in before if member not in may_go)

    def reaches(self, value: object, wanted: set[int]) -> bool:
        """Is one of these objects among what a value held?"""
        level, seen = [value], set[int]()

        for _ in range(DEPTH + 1):
            if any(id(item) in wanted for item in level):
                return True
            fresh = [item for item in level if id(item) in self._found and id(item) not in seen]
            seen |= {id(item) for item in fresh}
            level = [part for item in fresh for _, part in _members(item) or []]
        return False


def _identities(members: list[tuple[Any, Any]]) -> Members:
    return tuple((key if isinstance(key, str) else id(key), id(item)) for key, item in members)


def _members(value: object) -> list[tuple[Any, Any]] | None:
    if isinstance(value, dict):
        items = list(dict.items(value))
    elif isinstance(value, (list, tuple, set, frozenset, deque)):
        items = [(None, item) for item in list(value)]
    else:
        items = []

    attributes = _attributes(value)
    return items + attributes if items or attributes or isinstance(value, (dict, list, set)) else None


def _attributes(value: object) -> list[tuple[str, Any]]:
    try:
        namespace = object.__getattribute__(value, "__dict__") if not isinstance(value, type) else vars(value)
    except AttributeError:
        return []

    return [(k, v) for k, v in list(namespace.items()) if k not in SKIPPED]


def is_inert(value: object) -> bool:
    """Can nobody write into this value, or does nobody mind?"""
    return isinstance(value, ATOMS) or type(value).__module__ in {"logging", "re", "pathlib", "datetime", "decimal"}


class InertNames:
    """The bindings whose value cannot be written into, asked one by one."""

    def __contains__(self, name: object) -> bool:
        if not isinstance(name, Name) or name.module not in sys.modules:
            return False

        namespace = vars(sys.modules[name.module])
        if name.name not in namespace:
            return False

        # A function with attributes may be more than one: `functools.singledispatch` makes registries of them.
        value = namespace[name.name]
        return is_inert(value) and not (isinstance(value, FunctionType) and vars(value))
