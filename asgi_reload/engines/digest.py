"""Was something written into? A shallow structural digest of an object, compared before and after.

Members of containers by identity, attributes a few levels deep. Reads only; calls nothing of the object's own.
"""

from __future__ import annotations

from types import BuiltinFunctionType, FunctionType, MethodType, ModuleType
from typing import Any, Final, TypeAlias

DEPTH: Final = 4
MAX_PARTS: Final = 20_000
Digest: TypeAlias = dict[tuple[int, str], tuple[object, ...]]

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


def digest(value: object) -> Digest:
    """Everything that is reachable in a few steps, as identities. Hold the object while digests are compared."""
    found: Digest = {}
    _look(value, DEPTH, found)
    return found


def _look(value: object, depth: int, found: Digest) -> None:
    if isinstance(value, ATOMS) or len(found) > MAX_PARTS:
        return

    members = _members(value)
    if members is None or (id(value), "members") in found:
        return
    found[id(value), "members"] = tuple((key if isinstance(key, str) else id(key), id(item)) for key, item in members)
    if depth:
        for _, item in members:
            _look(item, depth - 1, found)


def _members(value: object) -> list[tuple[Any, Any]] | None:
    if isinstance(value, dict):
        items = list(dict.items(value))
    elif isinstance(value, (list, tuple, set, frozenset)):
        items = [(None, item) for item in list(value)]
    elif type(value).__name__ == "deque":
        items = [(None, item) for item in list(value)]  # type: ignore[call-overload]
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
