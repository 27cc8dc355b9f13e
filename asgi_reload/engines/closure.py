"""Dirt spreads: from a changed name to the statements that used it at import, to the names they bind, and so on.

Pure. A statement is *dirty* when a fresh process would execute it otherwise, or with other results. A body is *tainted*
when it ran and would run otherwise now; whoever could have called it at import is dirty with it.
"""

from __future__ import annotations

import ast
from collections import deque
from functools import cached_property
from typing import TYPE_CHECKING

from .graph import ALL, EXISTS, MODULE, At, BodyAt, Name
from .purity import is_pure_base
from .uses import chain_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from .difference import Difference
    from .graph import Graph
    from .plan import Facts
    from .source import Body, Statement
    from .uses import Uses


class Closure:
    """Marks statements, names and bodies until nothing new is found."""

    def __init__(self, before: Graph, graph: Graph, differences: Mapping[str, Difference], facts: Facts) -> None:
        self.before = before
        self.graph = graph
        self.facts = facts
        self.differences = differences
        self.dirty: dict[At, str] = {}
        self.names: dict[Name, str] = {}
        self.rebuild: dict[str, str] = {}
        self.lifespan: str | None = None
        self.unbound: set[Name] = set()
        self._tainted: dict[BodyAt, str] = {}
        self._callable: dict[Name, str] = {}
        self._waiting: deque[tuple[Name, str, bool]] = deque()
        self._edited: dict[BodyAt, str] = {}
        self._started = self._carried(facts.started)
        # What import handed over as a class, start-up made instances of: a middleware. Starting again keeps those.
        constructors = {at for at in self._started if at.key.qualname.endswith(".__init__")}
        self._ran = self._carried(facts.ran) | constructors
        self._unknown = self._carried(facts.unknown)

    def _carried(self, bodies: frozenset[BodyAt]) -> frozenset[BodyAt]:
        """The same bodies under the keys that they have in the new version."""
        carried = set()

        for at in bodies:
            changes = self.differences.get(at.module)
            key = at.key if changes is None else changes.bodies.get(at.key)
            if key is not None:
                carried.add(BodyAt(at.module, key))
        return frozenset(carried)

    # marking

    def mark(self, at: At, reason: str) -> None:
        """A statement is dirty, and so is what it binds; its whole module, where it cannot be redone alone."""
        if at in self.dirty:
            return

        self.dirty[at] = reason
        statement = self.graph.sources[at.module].statements[at.place]
        for bound in self.graph.binds(at.module, statement):
            self.mark_name(Name(at.module, bound), reason)
        if not self.is_repeatable(self.graph, at.module, statement):
            self.mark_module(at.module, reason)

    def mark_name(self, name: Name, reason: str) -> None:
        """A name will mean something else."""
        if name not in self.names:
            self.names[name] = reason
            self._waiting.append((name, reason, True))

    def mark_binding(self, name: Name, reason: str) -> None:
        """A name has to be bound anew: the statements that bind it are dirty."""
        self.mark_name(name, reason)
        for statement in self.graph.binding(name):
            self.mark(At(name.module, statement.index), reason)

    def mark_module(self, module: str, reason: str) -> None:
        """A module is executed anew: all its names, and whatever it wrote into elsewhere, start afresh."""
        if module in self.rebuild or module not in self.graph.sources:
            return

        self.rebuild[module] = reason
        self.mark_name(Name(module, MODULE), reason)
        for statement in self.graph.sources[module].statements:
            for bound in self.graph.binds(module, statement):
                self.mark_name(Name(module, bound), reason)

    def drop_module(self, module: str, reason: str) -> None:
        """A module goes, with all its names; what it wrote into has to be filled without it."""
        for special in (EXISTS, MODULE):
            self.mark_name(Name(module, special), reason)

        for statement in self.before.sources[module].statements:
            for bound in self.before.binds(module, statement):
                self.mark_name(Name(module, bound), reason)
            self._mark_owners(self.before, module, statement)

    def taint(self, at: BodyAt, reason: str) -> None:
        """A body will behave otherwise; that matters at import if it ran there."""
        if at in self._edited:
            return

        self._edited[at] = reason
        self._taint_if_ran(at, reason)

    def _taint_if_ran(self, at: BodyAt, reason: str) -> None:
        if at in self._tainted or not (at in self._ran or at in self._unknown):
            return

        self._tainted[at] = reason
        statement = self.graph.sources[at.module].statements[at.key.statement]
        if at in self._ran and statement.is_decorated:
            self.mark(At(at.module, statement.index), reason)
        for bound in self.graph.binds(at.module, statement):
            self._mark_callable(Name(at.module, bound), reason)
        for rebound in self._body(at).uses.rebinds:
            self.mark_binding(Name(at.module, rebound), reason)

    def _mark_callable(self, name: Name, reason: str) -> None:
        if name not in self._callable:
            self._callable[name] = reason
            self._waiting.append((name, reason, False))

    def reason_for(self, name: Name) -> str | None:
        """Why whoever calls this name gets something else now; None if not."""
        return self.names.get(name) or self._callable.get(name)

    # spreading

    def close(self) -> None:
        """Spread until all is still; then see what start-up made of it."""
        handled: set[str] = set()

        while True:
            while self._waiting:
                self._spread(*self._waiting.popleft())
            fresh = [module for module in self.rebuild if module not in handled]
            for module in fresh:
                handled.add(module)
                self._mark_all_owners(module)
            if not self._waiting and not fresh and not self._mark_memos():
                break

        self.lifespan = self._repeats_start()

    def _spread(self, name: Name, reason: str, is_dirty: bool) -> None:
        package = [Name(name.module.rpartition(".")[0], ALL)] if name.name == MODULE else []
        for wanted in (name, Name(name.module, ALL), *package):
            for at in self.graph.readers.get(wanted, ()):
                if at.module not in self.rebuild:
                    self.mark(at, f"{at.module} used {name} at import: {_root(reason)}")
            for body in self.graph.later_readers.get(wanted, ()):
                self._taint_if_ran(body, f"{body.module}.{body.key.qualname} ran and used {name}: {_root(reason)}")

    def _mark_all_owners(self, module: str) -> None:
        for graph in (self.before, self.graph):
            if module in graph.sources:
                for statement in graph.sources[module].statements:
                    self._mark_owners(graph, module, statement)

    def _mark_owners(self, graph: Graph, module: str, statement: Statement) -> None:
        for where, uses in [(module, statement.uses), *self._called(graph, module, statement.uses)]:
            for name in self._written(graph, where, uses):
                if name.module not in self.rebuild and name.module != module and name not in self.names:
                    self.mark_binding(name, f"{module} writes into {name} at import")
                    if not self.graph.binding(name):
                        self.unbound.add(name)

    def _written(self, graph: Graph, module: str, uses: Uses) -> Iterator[Name]:
        for chain in uses.touches:
            home = graph.home(module, chain)
            if isinstance(home, Name) and home not in self.facts.inert:
                yield home
        for chain in uses.stores:
            found = graph.resolve(module, chain)[1:]
            yield from (n for n in found[-1:] if n.module in graph.sources and n.name != ALL)
        for rebound in uses.rebinds:
            yield Name(module, rebound)

    def _called(self, graph: Graph, module: str, uses: Uses) -> list[tuple[str, Uses]]:
        """The bodies that ran at import and that these uses reach by name."""
        ran = self.facts.ran if graph is self.before else self._ran
        waiting = list(graph.names(module, uses))
        seen: set[Name] = set()
        bodies: dict[BodyAt, Body] = {}

        while waiting:
            name = waiting.pop()
            if name in seen or name.name == ALL:
                continue
            seen.add(name)
            for statement in graph.binding(name):
                for body in statement.bodies:
                    at = BodyAt(name.module, body.key)
                    if at in ran and at not in bodies:
                        bodies[at] = body
                        waiting.extend(graph.names(name.module, body.uses))

        return [(at.module, body.uses) for at, body in bodies.items()]

    def _mark_memos(self) -> bool:
        """Results that a function keeps in a global, behind a test, are remembered: forget those that are stale."""
        found = False

        for at in self.stale():
            if self._body(at).uses.writes_globals and at.module not in self.rebuild:
                self.mark_module(at.module, f"{at.module}.{at.key.qualname} writes what it finds into globals()")
                found = True
            for memo in self._body(at).uses.memos:
                name = Name(at.module, memo)
                if at.module not in self.rebuild and name not in self.names:
                    self.mark_binding(name, f"{name} remembers what {at.key.qualname} found")
                    found = True
        return found

    def _repeats_start(self) -> str | None:
        ran = self._ran | self._started | self._unknown
        reached = self._reach(ran)
        return next((reason for at, reason in reached.items() if at in self._started), None)

    def stale(self) -> frozenset[BodyAt]:
        """All bodies, run or not, that behave otherwise now: edited, or reaching by name what is."""
        return frozenset(self._reach(None))

    def _reach(self, among: frozenset[BodyAt] | None) -> dict[BodyAt, str]:
        reached: dict[BodyAt, str] = {}
        waiting: deque[tuple[Name, str]] = deque(self.names.items())

        def add(at: BodyAt, reason: str) -> None:
            if at not in reached and (among is None or at in among) and at.module in self.graph.sources:
                reached[at] = reason
                statement = self.graph.sources[at.module].statements[at.key.statement]
                waiting.extend((Name(at.module, bound), reason) for bound in self.graph.binds(at.module, statement))

        for at, reason in self._edited.items():
            add(at, reason)
        seen: set[Name] = set()
        while waiting:
            name, reason = waiting.popleft()
            if name in seen:
                continue
            seen.add(name)
            for wanted in (name, Name(name.module, ALL)):
                for body in self.graph.later_readers.get(wanted, ()):
                    add(body, f"{body.module}.{body.key.qualname} used {name} at start-up: {_root(reason)}")
        return reached

    # what may be redone alone

    def is_repeatable(self, graph: Graph, module: str, statement: Statement) -> bool:
        """May this statement be executed alone, a second time, without anybody but its readers noticing?"""
        uses = statement.uses
        if not statement.repeatable or uses.touches or uses.stores:
            return False
        if any(len(graph.binding(Name(module, bound))) != 1 for bound in graph.binds(module, statement)):
            return False
        if not all(graph.is_pure_call(module, chain) for chain in uses.calls):
            return False
        return all(self.is_pure_class(graph, module, statement, node) for node in _classes(statement.node))

    def is_pure_class(
        self, graph: Graph, module: str, statement: Statement, node: ast.ClassDef | None = None, depth: int = 8
    ) -> bool:
        """Does nobody take notice when this class is made: no base's hook, no metaclass of the project's own?"""
        node = node or statement.node  # type: ignore[assignment]
        if not isinstance(node, ast.ClassDef) or not depth:
            return False
        if any(
            k.arg != "metaclass" or chain_of(k.value) not in {("ABCMeta",), ("abc", "ABCMeta")} for k in node.keywords
        ):
            return False

        for base in node.bases:
            chain = chain_of(base.value if isinstance(base, ast.Subscript) else base)
            if chain is None or not self._is_pure_base(graph, graph.home(module, chain), depth - 1):
                return False
        return True

    def _is_pure_base(self, graph: Graph, home: Name | str | None, depth: int) -> bool:
        match home:
            case str(dotted):
                return dotted.startswith("builtins.") or is_pure_base(dotted)
            case Name(module=module):
                statements = graph.binding(home)
                return len(statements) == 1 and (
                    self.is_pure_class(graph, module, statements[0], depth=depth)
                    and not any(b.key.qualname.endswith(".__init_subclass__") for b in statements[0].bodies)
                )
            case _:
                return False

    @cached_property
    def used_attributes(self) -> frozenset[str]:
        """Attribute names that import or start-up looked up anywhere, before or after the edit."""
        found: set[str] = set()

        for graph, ran in ((self.before, self.facts.ran | self.facts.started), (self.graph, self._ran | self._started)):
            for module, source in graph.sources.items():
                for statement in source.statements:
                    found |= statement.uses.attributes
                for body in source.bodies():
                    if BodyAt(module, body.key) in ran:
                        found |= body.uses.attributes
        return frozenset(found)

    def _body(self, at: BodyAt) -> Body:
        bodies = self.graph.sources[at.module].statements[at.key.statement].bodies
        return next(body for body in bodies if body.key == at.key)


def _classes(node: ast.stmt) -> list[ast.ClassDef]:
    return [inner for inner in ast.walk(node) if isinstance(inner, ast.ClassDef)] if _holds_class(node) else []


def _holds_class(node: ast.stmt) -> bool:
    return isinstance(node, (ast.ClassDef, ast.If, ast.Try))


def _root(reason: str) -> str:
    return reason.rpartition(": ")[2]
