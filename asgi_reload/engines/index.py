"""Who looks a name up: an index by name that an edit of one file makes anew for that file only. Pure."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final, Generic, TypeAlias, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from .names import Name, Names

MAX_OVERLAID: Final = 16  # modules; beyond that all of them are gone through again

Place = TypeVar("Place")
Units: TypeAlias = "Mapping[str, Iterable[tuple[Place, Names]]]"
"""Of each module its places, and the names that are looked up there."""


class Index(Generic[Place]):
    """Places (of one module each) by the names that are looked up there."""

    def __init__(self, units: Units[Place], previous: Index[Place] | None = None) -> None:
        self._units = units
        self._base: Index[Place] = self
        self._hidden: frozenset[str] = frozenset()
        self._places: dict[Name, list[tuple[str, Place]]] = defaultdict(list)

        if previous is not None:
            self._lay_over(previous._base)
        fresh = units if self._base is self else {module: units[module] for module in self._hidden if module in units}
        for module, found in fresh.items():
            for place, names in found:
                for name in names:
                    self._places[name].append((module, place))

    def _lay_over(self, base: Index[Place]) -> None:
        changed = {module for module, found in self._units.items() if base._units.get(module) is not found}
        changed |= base._units.keys() - self._units.keys()
        if len(changed) <= MAX_OVERLAID:
            self._base, self._hidden = base, frozenset(changed)

    def __getitem__(self, name: Name) -> Sequence[Place]:
        own = [place for _, place in self._places.get(name, ())]
        if self._base is self:
            return own

        return [place for module, place in self._base._places.get(name, ()) if module not in self._hidden] + own
