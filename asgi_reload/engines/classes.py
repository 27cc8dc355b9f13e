"""The classes of modules that change: which new one stands where an old one stood, and what its instances must have."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from types import ModuleType

    from .plan import Plan
    from .source import Source


class Classes:
    """The classes of these modules as they are now, to be compared when the modules have changed."""

    def __init__(self, modules: Mapping[str, ModuleType], before: Mapping[str, Source]) -> None:
        self._before = before
        self._old = {name: classes_in(vars(module), name) for name, module in modules.items()}

    def replaced(self, plan: Plan, after: Mapping[str, Source]) -> dict[type, tuple[type, frozenset[str]]]:
        """Old class → the new one, and the attributes that instances of the old one must have by now."""
        found: dict[type, tuple[type, frozenset[str]]] = {}

        for module, old in self._old.items():
            new = classes_in(vars(sys.modules[module]), module) if module in sys.modules else {}
            for name, cls in old.items():
                if name in new and new[name] is not cls:
                    found[cls] = new[name], _attributes_added(self._before.get(module), after.get(module), name)
        for module, name, added in plan.constructors:
            owner = vars(sys.modules[module]).get(name)
            if isinstance(owner, type):
                found[owner] = owner, added
        return found


def classes_in(namespace: Mapping[str, Any], module: str) -> dict[str, type]:
    """The classes that a module made, by qualified name, nested ones too."""
    found: dict[str, type] = {}
    waiting = [value for value in namespace.values() if isinstance(value, type)]

    while waiting:
        candidate = waiting.pop()
        if candidate.__module__ == module and found.setdefault(candidate.__qualname__, candidate) is candidate:
            waiting += [v for v in vars(candidate).values() if isinstance(v, type) and v is not candidate]
    return found


def _attributes_added(before: Source | None, after: Source | None, name: str) -> frozenset[str]:
    old, new = _attributes_set(before, name), _attributes_set(after, name)
    return frozenset(new - old)


def _attributes_set(source: Source | None, name: str) -> set[str]:
    bodies: Iterable[Any] = source.bodies() if source else ()
    return {a for body in bodies if body.key.qualname == f"{name}.__init__" for a in body.attributes_set}
