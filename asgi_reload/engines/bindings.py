"""Chains of names, resolved through imports to the bindings they depend on. Pure: a value over some sources."""

from __future__ import annotations

import builtins
from typing import TYPE_CHECKING, Final

from .names import ALL, Name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from .source import Source
    from .statement import Statement
    from .syntax import Chain
    from .uses import Import

MAX_HOPS: Final = 16


class Bindings:
    """The statements that bind the names of a set of modules."""

    def __init__(self, sources: Mapping[str, Source]) -> None:
        self.sources = sources
        self._packages = {".".join(p[:n]) for m in sources for p in [m.split(".")] for n in range(1, len(p) + 1)}
        self._bindings: dict[str, dict[str, list[Statement]]] = {}

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

    # what a chain leads to

    def resolve(self, module: str, chain: Chain, own: Iterable[Import] = (), hops: int = MAX_HOPS) -> list[Name]:
        """The bindings on the way of a chain, the nearest first. `own`: imports of the unit that looks it up."""
        name = Name(module, chain[0])
        found = [name]
        statements = self.binding(name)

        if not statements and self.binding(Name(module, "__getattr__")):
            found.append(Name(module, "__getattr__"))
        for imported in self._imports_of(statements, chain[0]):
            if hops:
                found.extend(self._through(imported, chain[1:], hops - 1))
        for imported in own:
            if imported.bound == chain[0]:
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
            return self.resolve(imported.module, (imported.name, *rest), hops=hops)
        return []

    def _inside(self, module: str, rest: Chain, hops: int) -> list[Name]:
        while rest and self._is_submodule(module, rest[0]):
            module, rest = f"{module}.{rest[0]}", rest[1:]

        if module not in self.sources:
            return []
        return self.resolve(module, rest, hops=hops) if rest else [Name(module, ALL)]

    def _is_submodule(self, package: str, name: str) -> bool:
        return f"{package}.{name}" in self._packages and not self.binding(Name(package, name))

    def home(self, module: str, chain: Chain, own: Iterable[Import] = ()) -> Name | str | None:
        """Where a chain's object comes from: the project's binding, or a library's full dotted name.

        None where the chain ends at a module itself.
        """
        for name in reversed(self.resolve(module, chain, own)):
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
