"""Who uses whose names: every chain of every module resolved through imports to the bindings it depends on.

Pure. A graph is a value over the sources of one moment; it keeps what it has resolved.
"""

from __future__ import annotations

import builtins
from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from .purity import PURE_BUILTINS, PURE_METHODS, is_pure_call

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from .source import Key, Source, Statement
    from .uses import Chain, Import, Uses

MODULE: Final = ""
"""The name that stands for the module object itself."""
ALL: Final = "*"
"""The name that stands for any name of a module."""
EXISTS: Final = "?"
"""The name that stands for there being such a module at all."""
MAX_HOPS: Final = 16
DYNAMIC: Final = frozenset({"import_module", "__import__", "iter_modules", "walk_packages", "import_string", "glob"})


class Name(NamedTuple):
    """A global: the module that binds it and what it is called there."""

    module: str
    name: str

    def __str__(self) -> str:
        return self.module if self.name in {MODULE, ALL, EXISTS} else f"{self.module}.{self.name}"


class At(NamedTuple):
    """A top-level statement, by its place in the module."""

    module: str
    place: int


class BodyAt(NamedTuple):
    """A function body."""

    module: str
    key: Key


Names: TypeAlias = frozenset[Name]


class Graph:
    """The names that statements and bodies of a set of modules depend on."""

    def __init__(self, sources: Mapping[str, Source], previous: Graph | None = None) -> None:
        self.sources = sources
        self._units: dict[str, _Units] = {} if previous is None else previous.still_right_for(sources)
        self._packages = {".".join(p[:n]) for m in sources for p in [m.split(".")] for n in range(1, len(p) + 1)}
        self._bindings: dict[str, dict[str, list[Statement]]] = {}

    # names and the statements that bind them

    def binding(self, name: Name) -> list[Statement]:
        """The statements that bind a name; for ALL every statement of the module."""
        source = self.sources.get(name.module)
        if source is None:
            return []

        return list(source.statements) if name.name == ALL else self._table(source).get(name.name, [])

    def _table(self, source: Source) -> dict[str, list[Statement]]:
        if (table := self._bindings.get(source.module)) is not None:
            return table

        table = self._bindings[source.module] = {}
        for statement in source.statements:
            for name in self.binds(source.module, statement):
                table.setdefault(name, []).append(statement)
        return table

    def binds(self, module: str, statement: Statement) -> frozenset[str]:
        """What a statement binds, a star import with all that it takes."""
        if ALL not in statement.binds:
            return statement.binds

        stars = [i.module for i in statement.uses.imports if i.name == ALL]
        return frozenset(statement.binds - {ALL}).union(*(self.exported(star, {module}) for star in stars))

    def exported(self, module: str, seen: set[str]) -> frozenset[str]:
        """What a star import takes of a module, through the star imports of its own."""
        source = self.sources.get(module)
        if source is None or module in seen:
            return frozenset()

        seen = {*seen, module}
        own = source.exported()
        if source.binding("__all__"):
            return own
        stars = [i.module for s in source.statements for i in s.uses.imports if i.name == ALL]
        return own.union(*(self.exported(star, seen) for star in stars))

    # what a unit depends on

    def names(self, module: str, uses: Uses) -> Names:
        """All bindings that a unit looks up, through imports and attributes of modules, and what it imports."""
        found: set[Name] = set()

        for chain in uses.reads:
            found.update(self.resolve(module, chain))
        for imported in uses.imports:
            found.update(self._imported(imported))
        if self.is_dynamic(uses):
            found.update(Name(other, name) for other in self.without_importer for name in (ALL, MODULE, EXISTS))

        return frozenset(found)

    def resolve(self, module: str, chain: Chain, hops: int = MAX_HOPS) -> list[Name]:
        """The bindings on the way of a chain, the nearest first."""
        name = Name(module, chain[0])
        found = [name]
        statements = self.binding(name)

        if not statements and self.binding(Name(module, "__getattr__")):
            found.append(Name(module, "__getattr__"))
        for imported in self._imports_of(statements, chain[0]):
            if hops:
                found.extend(self._through(imported, chain[1:], hops - 1))

        return found

    def _imports_of(self, statements: Iterable[Statement], name: str) -> Iterator[Import]:
        for statement in statements:
            for imported in statement.uses.imports:
                if imported.bound == name or imported.name == ALL:
                    yield imported if imported.name != ALL else imported.__class__(imported.module, name, name)

    def _through(self, imported: Import, rest: Chain, hops: int) -> list[Name]:
        if imported.name is None:
            is_plain = imported.bound == imported.module.partition(".")[0]
            return self._inside(imported.bound if is_plain else imported.module, rest, hops)

        if self._is_submodule(imported.module, imported.name):
            return self._inside(f"{imported.module}.{imported.name}", rest, hops)
        if imported.module in self.sources:
            return self.resolve(imported.module, (imported.name, *rest), hops)
        return []

    def _inside(self, module: str, rest: Chain, hops: int) -> list[Name]:
        while rest and self._is_submodule(module, rest[0]):
            module, rest = f"{module}.{rest[0]}", rest[1:]

        if module not in self.sources:
            return []
        return self.resolve(module, rest, hops) if rest else [Name(module, ALL)]

    def _is_submodule(self, package: str, name: str) -> bool:
        return f"{package}.{name}" in self._packages and not self.binding(Name(package, name))

    def _imported(self, imported: Import) -> Iterator[Name]:
        parts = imported.module.split(".")
        for end in range(1, len(parts) + 1):
            yield Name(".".join(parts[:end]), EXISTS)

        if imported.name is None:
            is_plain = imported.bound == parts[0]
            yield Name(parts[0] if is_plain else imported.module, MODULE)
            return

        yield Name(imported.module, imported.name)
        if imported.name != ALL and not self.binding(Name(imported.module, imported.name)):
            submodule = f"{imported.module}.{imported.name}"
            yield from (Name(submodule, MODULE), Name(submodule, EXISTS), Name(imported.module, "__getattr__"))

    def is_dynamic(self, uses: Uses) -> bool:
        """Does it import modules, or list files, by names that no text tells?"""
        return any(chain is not None and chain[-1] in DYNAMIC for chain in uses.calls)

    @cached_property
    def imported(self) -> frozenset[str]:
        """Modules that some text imports, at import or later, with the packages around them."""
        found = set()

        for module, source in self.sources.items():
            every = [statement.uses for statement in source.statements]
            every += [body.uses for body in source.bodies()]
            for uses in every:
                for imported in uses.imports:
                    parts = imported.module.split(".")
                    candidates = {".".join(parts[:end]) for end in range(1, len(parts) + 1)}
                    found |= candidates | {f"{imported.module}.{imported.name}"} - {module}
        return frozenset(found)

    @cached_property
    def without_importer(self) -> frozenset[str]:
        """Modules that no text imports: whoever imports them does so dynamically."""
        return frozenset(m for m in self.sources if m not in self.imported and not self.sources[m].is_package)

    # what a chain is

    def home(self, module: str, chain: Chain) -> Name | str | None:
        """Where a chain's object comes from: the project's binding, or a library's full dotted name.

        None where the chain ends at a module itself.
        """
        for name in reversed(self.resolve(module, chain)):
            if name.name == ALL:
                return None
            statements = self.binding(name)
            if not any(i.bound == name.name or i.name == ALL for s in statements for i in s.uses.imports):
                return name if statements else self._foreign(module, chain)

        return self._foreign(module, chain)

    def _foreign(self, module: str, chain: Chain) -> str:
        for imported in self._imports_of(self.binding(Name(module, chain[0])), chain[0]):
            if imported.name is None:
                is_plain = imported.bound == imported.module.partition(".")[0]
                return ".".join((imported.bound if is_plain else imported.module, *chain[1:]))
            if imported.module in self.sources:
                return self._foreign(imported.module, (imported.name, *chain[1:]))
            return ".".join((imported.module, imported.name, *chain[1:]))

        return ".".join(("builtins", *chain)) if hasattr(builtins, chain[0]) else ".".join((module, *chain))

    def is_ours(self, dotted: str) -> bool:
        """Does this full name lead into one of the project's modules?"""
        parts = dotted.split(".")
        return any(".".join(parts[:end]) in self.sources for end in range(1, len(parts) + 1))

    def is_pure_call(self, module: str, chain: Chain | None) -> bool:
        """May this callee be called again without anybody noticing?"""
        if chain is None:
            return False

        match self.home(module, chain):
            case str(dotted):
                return dotted.removeprefix("builtins.") in PURE_BUILTINS or is_pure_call(dotted)
            case Name() | None:
                return len(chain) > 1 and chain[-1] in PURE_METHODS

    # backwards

    @cached_property
    def readers(self) -> Mapping[Name, list[At]]:
        """For every name, the statements that look it up while they run."""
        index: dict[Name, list[At]] = defaultdict(list)

        for module in self.sources:
            for at, names in self._units_of(module).statements:
                for name in names:
                    index[name].append(at)
        return index

    @cached_property
    def later_readers(self) -> Mapping[Name, list[BodyAt]]:
        """For every name, the function bodies that look it up when they are called."""
        index: dict[Name, list[BodyAt]] = defaultdict(list)

        for module in self.sources:
            for at, names in self._units_of(module).bodies:
                for name in names:
                    index[name].append(at)
        return index

    def warm_up(self) -> None:
        """Resolve everything now, so that no plan has to wait for it."""
        for module in self.sources:
            self._units_of(module)

    def _units_of(self, module: str) -> _Units:
        if (known := self._units.get(module)) is not None:
            return known

        source = self.sources[module]
        statements = [(At(module, s.index), self.names(module, s.uses)) for s in source.statements]
        bodies = [(BodyAt(module, body.key), self.names(module, body.uses)) for body in source.bodies()]
        units = self._units[module] = _Units(statements, bodies)
        return units

    def still_right_for(self, sources: Mapping[str, Source]) -> dict[str, _Units]:
        """What was resolved for modules that are the same, if none of the others binds or imports anything else."""
        same = {module for module, source in sources.items() if self.sources.get(module) is source}
        others = {*sources, *self.sources} - same

        if not all(
            m in sources and m in self.sources and _structure(sources[m]) == _structure(self.sources[m]) for m in others
        ):
            return {}
        return {module: units for module, units in self._units.items() if module in same}


class _Units(NamedTuple):
    """The names that the statements and the bodies of one module look up."""

    statements: list[tuple[At, Names]]
    bodies: list[tuple[BodyAt, Names]]


def _structure(source: Source) -> list[tuple[frozenset[str], frozenset[Import]]]:
    """All that other modules' names are resolved through: what is bound, and what is imported, at import or later."""
    lazily = frozenset(found for body in source.bodies() for found in body.uses.imports)
    return [(frozenset(), lazily), *((s.binds, frozenset(s.uses.imports)) for s in source.statements)]
