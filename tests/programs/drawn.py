"""Programs as values: modules of items that use each other.

An item may name any others; what would make no program (a use before it is defined, a circle of calls) is left out
here. So every version is one that a fresh process can import, unless it says how it is broken.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from .kinds import KINDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .kinds import Kind


@dataclass(frozen=True)
class Item:
    """One definition: a kind, its number, and the names that it would like to use. `rank` orders all items."""

    name: str
    kind: str
    n: int
    early: tuple[str, ...]
    late: tuple[str, ...]
    rank: int


@dataclass(frozen=True)
class Module:
    """A file: what is in it, how it imports others at its top, and how what only its functions use."""

    name: str
    items: tuple[Item, ...]
    style: int
    is_lazy: bool
    has_routes: bool
    notes: int

    @property
    def package(self) -> str:
        return self.name.rpartition(".")[0]


@dataclass(frozen=True)
class Version:
    """One version of a program. Modules of the package come first; what comes first is imported first."""

    modules: tuple[Module, ...]
    number: int
    boot: tuple[str, ...]
    style: int
    extras: frozenset[str]
    broken: str = ""
    broken_in: int = 0

    @cached_property
    def home(self) -> dict[str, int]:
        return {item.name: index for index, module in enumerate(self.modules) for item in module.items}

    @cached_property
    def items(self) -> dict[str, Item]:
        return {item.name: item for module in self.modules for item in module.items}

    def kind(self, item: Item) -> Kind:
        """Its kind, or a function's if what its kind needs is not there."""
        kind = KINDS[item.kind]
        return KINDS["function"] if kind.needs and self.ref(item) is None else kind

    def ref(self, item: Item) -> str | None:
        """The item that its kind needs: a base, a decorator, a registry."""
        kind = KINDS[item.kind]

        for name in (*item.early, *item.late):
            other = self.items.get(name)
            if other is None or not kind.needs or not self._is_before(item, other):
                continue
            if self.kind(other).gives == kind.needs and (not kind.is_settled or self._is_ground(item, name)):
                return name
        return None

    def early(self, item: Item) -> list[str]:
        """What it uses at import: what is defined by then, and uses nothing itself that is not."""
        return [name for name in item.early if "{early}" in self.kind(item).text and self._is_ground(item, name)]

    def late(self, item: Item) -> Iterator[str]:
        """What it uses when it is called. What comes to be imported later has to be imported by the function itself."""
        kind = self.kind(item)

        for name in item.late:
            other = self.items.get(name)
            if other is None or other.rank >= item.rank or "{late}" not in kind.text:
                continue
            is_neighbour = self.home[name] == self.home[item.name]
            if (is_neighbour and not KINDS[other.kind].is_bound) or not (kind.is_bound or self._is_ground(item, name)):
                continue
            if self.home[name] <= self.home[item.name] or "{lazy" in kind.text:
                yield name

    def _is_before(self, item: Item, other: Item) -> bool:
        home, here = self.home[other.name], self.home[item.name]
        return other.rank < item.rank and home <= here and (home < here or KINDS[other.kind].is_bound)

    def _is_ground(self, item: Item, name: str) -> bool:
        other = self.items.get(name)
        return other is not None and self._is_before(item, other) and self._is_settled(other, self.home[item.name])

    def _is_settled(self, item: Item, highest: int) -> bool:
        if not KINDS[item.kind].is_settled or self.home[item.name] > highest:
            return False

        others = [self.items[name] for name in (*item.early, *item.late) if name in self.items]
        return all(self._is_settled(o, self.home[item.name]) for o in others if o.rank < item.rank)
