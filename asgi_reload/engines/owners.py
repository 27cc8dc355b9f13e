"""What modules that are executed anew use of kept ones, and whether they wrote into it.

A binding that import wrote into from elsewhere is an owner: it has to be made again, with all its writers.
"""

from __future__ import annotations

import sys
from functools import cached_property
from typing import TYPE_CHECKING

from .digest import Digest, is_inert
from .graph import Graph
from .names import ALL, BodyAt, Name

if TYPE_CHECKING:
    from .plan import Plan


class OwnerFound(Exception):
    """Executing modules anew wrote into something that was to be kept."""

    def __init__(self, names: frozenset[Name]) -> None:
        super().__init__(", ".join(map(str, sorted(names))))
        self.names = names


class Owners:
    """The bindings that a build could write into; `watch` before it, `check` after it."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._graph = plan.graph or Graph({})
        self._values: dict[Name, object] = {}
        self._digest = Digest(())

    @property
    def possible(self) -> frozenset[Name]:
        """All that the modules could have written into, for when executing them twice has failed."""
        return frozenset(self._used[0])

    @property
    def reached(self) -> set[BodyAt]:
        """Bodies of kept modules that those to be executed may call."""
        return self._used[1]

    def watch(self) -> None:
        """Remember what the bindings hold now."""
        self._values = {name: vars(sys.modules[name.module])[name.name] for name in self.possible}
        self._digest = Digest(self._values.values())

    def check(self) -> None:
        """Raises OwnerFound for the bindings that hold something else than when they were watched."""
        if changed := self._digest.changed():
            written = {name for name, value in self._values.items() if self._digest.reaches(value, changed)}
            raise OwnerFound(frozenset(written))

    @cached_property
    def _used(self) -> tuple[set[Name], set[BodyAt]]:
        # Directly, or by what they call.
        graph, rebuild = self._graph, self._plan.rebuild
        if not rebuild:
            return set(), set()

        used: set[Name] = set()
        waiting = [(m, s.uses) for m in rebuild for s in graph.sources[m].statements]
        seen: set[BodyAt] = set()
        while waiting:
            module, uses = waiting.pop()
            for name in graph.names(module, uses):
                if name in used or name.module in rebuild or name.name == ALL:
                    continue
                used.add(name)
                for statement in graph.binding(name):
                    for body in statement.bodies:
                        at = BodyAt(name.module, body.key)
                        if at not in seen:
                            seen.add(at)
                            waiting.append((name.module, body.uses))

        return {name for name in used - self._redone() if self._is_writable(name)}, seen

    def _redone(self) -> set[Name]:
        graph = self._graph
        places = [(at.module, graph.sources[at.module].statements[at.place]) for at in self._plan.redo]
        return {Name(module, bound) for module, statement in places for bound in graph.binds(module, statement)}

    def _is_writable(self, name: Name) -> bool:
        module = sys.modules.get(name.module)
        if module is None or name.name not in vars(module):
            return False

        statements = self._graph.binding(name)
        imported = any(i.bound == name.name for s in statements for i in s.uses.imports)
        return bool(statements) and not imported and not is_inert(vars(module)[name.name])
