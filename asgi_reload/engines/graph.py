"""Who looks up whose names: the units of every module, and the bindings that each depends on.

Pure. A graph is a value over the sources of one moment; it keeps what it has resolved.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Final, NamedTuple

from .bindings import Bindings
from .deferred import deferred_imports
from .index import Index
from .names import ALL, EXISTS, MODULE, At, BodyAt
from .names import Name as Name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from .names import Names
    from .source import Source
    from .uses import Import, Uses

DYNAMIC: Final = frozenset({"import_module", "__import__", "iter_modules", "walk_packages", "import_string", "glob"})


class Graph(Bindings):
    """The names that statements and bodies of a set of modules depend on."""

    def __init__(self, sources: Mapping[str, Source], previous: Graph | None = None) -> None:
        super().__init__(sources)
        self._units: dict[str, _Units] = {} if previous is None else previous.still_right_for(sources)
        # Of the graph before only its indices are held, which hold on to one older one at most.
        self._readers: Index[At] | None = None
        self._later_readers: Index[BodyAt] | None = None
        if previous is not None and self._units:
            self._readers, self._later_readers = previous.readers, previous.later_readers
            self._bindings |= {m: table for m, table in previous._bindings.items() if m in self._units}

    # what a unit depends on

    def names(self, module: str, uses: Uses) -> Names:
        """All bindings that a unit looks up, through imports and attributes of modules, and what it imports."""
        found: set[Name] = set()

        for chain in uses.reads:
            found.update(self.resolve(module, chain, uses.imports))
        for imported in uses.imports:
            found.update(self._imported(imported))
        dynamically = self.without_importer if self.is_dynamic(uses) else self.mentioned(module, uses)
        found.update(Name(other, name) for other in dynamically for name in (ALL, MODULE, EXISTS))

        return frozenset(found)

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

    def mentioned(self, module: str, uses: Uses) -> frozenset[str]:
        """The modules without importer whose names a call is told: nobody else would have imported them."""
        return self.without_importer & (_named(uses) - {module})

    def may_find(self, uses: Uses, module: str) -> bool:
        """Could it come upon this module, whether or not there is one, without an import that tells so?"""
        return self.is_dynamic(uses) or module in _named(uses)

    @cached_property
    def imported(self) -> frozenset[str]:
        """Modules that some text imports, at import or later, with the packages around them."""
        return frozenset().union(*(self._targets(module) for module in self.sources))

    def _targets(self, module: str) -> set[str]:
        found: set[str] = set()

        for imported in self.sources[module].imports:
            parts = imported.module.split(".")
            found |= {".".join(parts[:end]) for end in range(1, len(parts) + 1)}
            found.add(f"{imported.module}.{imported.name}")
        return found - {module}

    def reached(self, roots: Iterable[str]) -> set[str]:
        """Modules that come to be imported when these are."""
        waiting = [root for root in roots if root in self.sources]
        found: set[str] = set()

        while waiting:
            module = waiting.pop()
            if module not in found:
                found.add(module)
                waiting += self._targets(module) & self.sources.keys()
        return found

    @cached_property
    def without_importer(self) -> frozenset[str]:
        """Modules that no text imports: whoever imports them does so dynamically."""
        return frozenset(m for m in self.sources if m not in self.imported and not self.sources[m].is_package)

    # backwards

    @cached_property
    def readers(self) -> Index[At]:
        """For every name, the statements that look it up while they run."""
        units = {module: self._units_of(module).statements for module in self.sources}
        return Index(units, self._readers)

    @cached_property
    def later_readers(self) -> Index[BodyAt]:
        """For every name, the function bodies that look it up when they are called."""
        units = {module: self._units_of(module).bodies for module in self.sources}
        return Index(units, self._later_readers)

    @cached_property
    def deferred(self) -> Mapping[Name, frozenset[str]]:
        """The modules that functions import when they are called, by the names that lead to them."""
        return deferred_imports(self)

    def names_of(self, at: At) -> Names:
        """The names that a statement looks up."""
        return self._units_of(at.module).statements[at.place][1]

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


def _named(uses: Uses) -> set[str]:
    parts = [mention.split(".") for mention in uses.mentions]
    return {".".join(p[:end]) for p in parts for end in range(1, len(p) + 1)}


def _structure(source: Source) -> list[tuple[frozenset[str], frozenset[Import]]]:
    """All that other modules' names are resolved through: what is bound, and what is imported, at import or later."""
    return [(frozenset(), source.imports), *((s.binds, frozenset(s.uses.imports)) for s in source.statements)]
