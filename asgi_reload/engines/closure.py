"""Dirt spreads: from a changed name to the statements that used it at import, to the names they bind, and so on.

Pure. A statement is *dirty* when a fresh process would execute it otherwise, or with other results. A body is *tainted*
when it ran and would run otherwise now; whoever could have called it at import is dirty with it.
"""

from __future__ import annotations

from collections import deque
from functools import cache
from typing import TYPE_CHECKING

from .names import ALL, EXISTS, MODULE, At, BodyAt, Name
from .reach import holders, reach, root
from .repeatable import is_repeatable
from .writers import spent_by_starts, written_by

if TYPE_CHECKING:
    from .bodies import Body
    from .facts import Facts
    from .graph import Graph
    from .statement import Statement


class Closure:
    """Marks statements, names and bodies until nothing new is found. `stale`, then: all bodies, run or not, that behave
    otherwise now: edited, or reaching by name what is.

    `was` are the facts about the graph `before`, `facts` the same ones under the keys that hold in `graph`.
    """

    def __init__(self, before: Graph, was: Facts, graph: Graph, facts: Facts) -> None:
        self.graph = graph
        self.dirty: dict[At, str] = {}
        self.names: dict[Name, str] = {}
        self.rebuild: dict[str, str] = {}
        self.lifespan: str | None = None
        self.unbound: set[Name] = set()
        self._before = before
        self._was = was
        self._facts = facts
        self._tainted: dict[BodyAt, str] = {}
        self._callable: dict[Name, str] = {}
        self._waiting: deque[tuple[Name, str]] = deque()
        self._edited: dict[BodyAt, str] = {}
        self._holders = cache(lambda at: tuple(holders(graph, facts, at)))
        self.stale: frozenset[BodyAt] = frozenset()

    # marking

    def mark(self, at: At, reason: str) -> None:
        """A statement is dirty, and so is what it binds; its whole module, where it cannot be redone alone."""
        if at in self.dirty:
            return

        self.dirty[at] = reason
        statement = self.graph.sources[at.module].statements[at.place]
        for bound in self.graph.binds(at.module, statement):
            self.mark_name(Name(at.module, bound), reason)
        if not is_repeatable(self.graph, at.module, statement):
            self.mark_module(at.module, reason)

    def mark_name(self, name: Name, reason: str) -> None:
        """A name will mean something else."""
        if name not in self.names:
            self.names[name] = reason
            self._waiting.append((name, reason))

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

        for statement in self._before.sources[module].statements:
            for bound in self._before.binds(module, statement):
                self.mark_name(Name(module, bound), reason)
            self._mark_owners(self._before, self._was, module, statement)

    def taint(self, at: BodyAt, reason: str) -> None:
        """A body will behave otherwise; that matters at import if it ran there."""
        if at in self._edited:
            return

        self._edited[at] = reason
        self._taint_if_ran(at, reason)

    def _taint_if_ran(self, at: BodyAt, reason: str) -> None:
        if at in self._tainted or not (at in self._facts.ran or at in self._facts.unknown):
            return

        self._tainted[at] = reason
        statement = self.graph.sources[at.module].statements[at.key.statement]
        if at in self._facts.ran and statement.is_decorated:
            self.mark(At(at.module, statement.index), reason)
        for bound in self.graph.binds(at.module, statement):
            self._mark_callable(Name(at.module, bound), reason)
        for rebound in self._body(at).uses.rebinds:
            self.mark_binding(Name(at.module, rebound), reason)

    def _mark_callable(self, name: Name, reason: str) -> None:
        if name not in self._callable:
            self._callable[name] = reason
            self._waiting.append((name, reason))

    def reason_for(self, name: Name) -> str | None:
        """Why whoever calls this name gets something else now; None if not."""
        return self.names.get(name) or self._callable.get(name)

    # spreading

    def close(self) -> None:
        """Spread until all is still, and see what start-up made of it; what shutting down spends is dirty, too."""
        while True:
            self._settle()
            self.lifespan = self._repeats_start()
            if not self._mark_spent():
                break

    def _settle(self) -> None:
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

    def _spread(self, name: Name, reason: str) -> None:
        package = [Name(name.module.rpartition(".")[0], ALL)] if name.name == MODULE else []
        for wanted in (name, Name(name.module, ALL), *package):
            for at in self.graph.readers[wanted]:
                if at.module not in self.rebuild:
                    self.mark(at, f"{at.module} used {name} at import: {root(reason)}")
            for body in self.graph.later_readers[wanted]:
                self._taint_if_ran(body, f"{body.module}.{body.key.qualname} ran and used {name}: {root(reason)}")

    def _mark_all_owners(self, module: str) -> None:
        for graph, facts in ((self._before, self._was), (self.graph, self._facts)):
            if module in graph.sources:
                for statement in graph.sources[module].statements:
                    self._mark_owners(graph, facts, module, statement)

    def _mark_owners(self, graph: Graph, facts: Facts, module: str, statement: Statement) -> None:
        for name in written_by(graph, facts, module, statement):
            if name.module not in self.rebuild and name.module != module and name not in self.names:
                self.mark_binding(name, f"{module} writes into {name} at import")
                if not self.graph.binding(name):
                    self.unbound.add(name)

    def _mark_memos(self) -> bool:
        """Results that a function keeps in a global, behind a test, are remembered: forget those that are stale."""
        found = False

        self.stale = frozenset(reach(self.graph, self._holders, self.names, self._edited))
        for at in self.stale:
            if self._body(at).uses.writes_globals and at.module not in self.rebuild:
                self.mark_module(at.module, f"{at.module}.{at.key.qualname} writes what it finds into globals()")
                found = True
            for memo in self._body(at).uses.memos:
                name = Name(at.module, memo)
                if at.module not in self.rebuild and name not in self.names:
                    self.mark_binding(name, f"{name} remembers what {at.key.qualname} found")
                    found = True
        return found

    def _mark_spent(self) -> bool:
        found = False

        for module, name in spent_by_starts(self._before, self._was):
            if (self.lifespan is not None or module in self.rebuild) and name not in self.names:
                self.mark_binding(name, f"{name} is closed when {module} shuts down")
                found = True
        return found

    def _repeats_start(self) -> str | None:
        facts = self._facts
        among = facts.ran | facts.started | facts.unknown | facts.warm
        reached = reach(self.graph, self._holders, self.names, self._edited, among)
        return next((reason for at, reason in reached.items() if at in facts.started), None)

    def _body(self, at: BodyAt) -> Body:
        bodies = self.graph.sources[at.module].statements[at.key.statement].bodies
        return next(body for body in bodies if body.key == at.key)
