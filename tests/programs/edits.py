"""Random programs, and random edits of them: what somebody does to a project between one save and the next."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from .drawn import Item, Module, Version
from .kinds import KINDS
from .written import BREAKS

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

FILES = ("alpha", "beta", "gamma", "delta")
MAX_NUMBER = 5
LIFESPAN = "lifespan"


class Author:
    """Writes a program and goes on editing it; every choice is the random source's."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self._names = 0

    # a first version

    def program(self) -> Version:
        names = [
            *(f"pkg.{name}" for name in ("kappa", "lamda")[: self.random.randint(0, 2)]),
            *FILES[: self.random.randint(2, 4)],
        ]
        version = Version((), 0, (), self.random.randint(0, 5), frozenset())

        for name in names:
            version = replace(version, modules=(*version.modules, self._module(name)))
            for _ in range(self.random.randint(2, 5)):
                version = self._with_item(version, len(version.modules) - 1)
        return replace(version, boot=self._some(version, 2))

    def _module(self, name: str) -> Module:
        random = self.random
        return Module(name, (), random.randint(0, 5), random.random() < 0.3, random.random() < 0.4, 0)

    def _with_item(self, version: Version, index: int) -> Version:
        self._names += 1
        item = Item(f"n{self._names}", self._kind(version), self._number(), *self._uses(version), self._names)
        module = version.modules[index]
        return self._put(version, index, replace(module, items=(*module.items, item)))

    def _kind(self, version: Version) -> str:
        # What needs something is of interest where that is there.
        given = {KINDS[item.kind].gives for item in version.items.values()}
        return self.random.choice([name for name, kind in KINDS.items() if not kind.needs or kind.needs in given])

    def _uses(self, version: Version) -> tuple[tuple[str, ...], tuple[str, ...]]:
        return self._some(version, 3), self._some(version, 2)

    def _some(self, version: Version, most: int) -> tuple[str, ...]:
        names = list(version.items)
        return tuple(self.random.sample(names, min(len(names), self.random.randint(0, most))))

    def _number(self) -> int:
        return self.random.randint(0, MAX_NUMBER)

    def _put(self, version: Version, index: int, module: Module) -> Version:
        modules = list(version.modules)
        modules[index] = module
        return replace(version, modules=tuple(modules))

    # edits

    def edited(self, version: Version) -> Version:
        """The next version: a few edits at once, or one that breaks it."""
        version = replace(version, broken="")
        if self.random.random() < 0.12:
            kinds = [*BREAKS, LIFESPAN]
            return replace(version, broken=self.random.choice(kinds), broken_in=self.random.randint(0, 9))

        for _ in range(self.random.choice((1, 1, 1, 2, 3))):
            version = self.random.choice(self.choices)(version)
        return version

    @property
    def choices(self) -> list[Callable[[Version], Version]]:
        return [
            *[self.number] * 6,
            *[self.added, self.removed, self.renamed, self.rewired, self.rewired, self.other_kind, self.moved],
            *[self.style, self.style, self.routes, self.noted, self.bumped, self.all_numbers, self.boot, self.extra],
            *[self.renamed_module, self.added_module, self.removed_module],
        ]

    def _one(self, version: Version, change: Callable[[Item], Item | None]) -> Version:
        places = [(index, item) for index, module in enumerate(version.modules) for item in module.items]
        if not places:
            return version

        index, chosen = self.random.choice(places)
        module = version.modules[index]
        items = [change(item) if item is chosen else item for item in module.items]
        return self._put(version, index, replace(module, items=tuple(item for item in items if item is not None)))

    def number(self, version: Version) -> Version:
        return self._one(version, lambda item: replace(item, n=self._number()))

    def all_numbers(self, version: Version) -> Version:
        """Many files saved together."""
        for index, module in enumerate(version.modules):
            items = tuple(replace(item, n=item.n + 1) for item in module.items)
            version = self._put(version, index, replace(module, items=items))
        return replace(version, number=version.number + 1)

    def added(self, version: Version) -> Version:
        return self._with_item(version, self.random.randrange(len(version.modules))) if version.modules else version

    def removed(self, version: Version) -> Version:
        return self._one(version, lambda _: None)

    def renamed(self, version: Version) -> Version:
        self._names += 1
        return self._one(version, lambda item: replace(item, name=f"{item.name.partition('_')[0]}_{self._names}"))

    def rewired(self, version: Version) -> Version:
        early, late = self._uses(version)
        return self._one(version, lambda item: replace(item, early=early, late=late))

    def other_kind(self, version: Version) -> Version:
        return self._one(version, lambda item: replace(item, kind=self._kind(version)))

    def moved(self, version: Version) -> Version:
        if not version.items:
            return version

        item = self.random.choice(list(version.items.values()))
        version = self._without(version, item)
        index = self.random.randrange(len(version.modules))
        module = version.modules[index]
        return self._put(version, index, replace(module, items=(*module.items, item)))

    def _without(self, version: Version, item: Item) -> Version:
        modules = [replace(m, items=tuple(i for i in m.items if i is not item)) for m in version.modules]
        return replace(version, modules=tuple(modules))

    def _of_module(self, version: Version, change: Callable[[Module], Module]) -> Version:
        if not version.modules:
            return version

        index = self.random.randrange(len(version.modules))
        return self._put(version, index, change(version.modules[index]))

    def style(self, version: Version) -> Version:
        style, is_lazy = self.random.randint(0, 5), self.random.random() < 0.3
        if self.random.random() < 0.2:
            return replace(version, style=style)
        return self._of_module(version, lambda module: replace(module, style=style, is_lazy=is_lazy))

    def routes(self, version: Version) -> Version:
        return self._of_module(version, lambda module: replace(module, has_routes=not module.has_routes))

    def noted(self, version: Version) -> Version:
        return self._of_module(version, lambda module: replace(module, notes=self.random.randint(0, 3)))

    def bumped(self, version: Version) -> Version:
        return replace(version, number=version.number + 1)

    def boot(self, version: Version) -> Version:
        return replace(version, boot=self._some(version, 3))

    def extra(self, version: Version) -> Version:
        names = [item.name for item in version.items.values() if item.kind == "optional"] or list(version.items)
        return replace(version, extras=version.extras ^ {self.random.choice(names)}) if names else version

    def renamed_module(self, version: Version) -> Version:
        self._names += 1
        name = f"_{self._names}"
        return self._of_module(version, lambda module: replace(module, name=module.name.partition("_")[0] + name))

    def added_module(self, version: Version) -> Version:
        self._names += 1
        module = self._module(f"phi_{self._names}")
        version = replace(version, modules=(*version.modules, module))
        return self._with_item(version, len(version.modules) - 1)

    def removed_module(self, version: Version) -> Version:
        if len(version.modules) < 3:
            return version

        index = self.random.randrange(len(version.modules))
        return replace(version, modules=version.modules[:index] + version.modules[index + 1 :])
