"""Methods of a living class that may be redone without the class. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from .names import At, BodyAt
from .repeatable import is_pure_class

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .facts import Facts
    from .graph import Graph
    from .statement import Statement


@dataclass(frozen=True, slots=True)
class Members:
    """Plain methods of a living class that are redone, and those that went."""

    at: At
    redone: tuple[str, ...]
    removed: tuple[str, ...]


class MemberEdits:
    """The classes of one version and those of the next: `was` holds of `before` what `facts` says of `graph`."""

    def __init__(self, before: Graph, was: Facts, graph: Graph, facts: Facts) -> None:
        self._versions = ((before, was), (graph, facts))
        self._graph = graph

    def members(self, module: str, before: Statement, after: Statement) -> Members | None:
        """What is left to do if nothing but plain methods changed that nobody has asked for; else None."""
        if not before.header or before.header != after.header or getattr(after.node, "decorator_list", None):
            return None
        if not is_pure_class(self._graph, module, after):
            return None

        ours, theirs = [m for m in before.members if m.plain], [m for m in after.members if m.plain]
        fixed = (
            [m.skeleton for m in before.members if not m.plain],
            [m.skeleton for m in after.members if not m.plain],
        )
        names = [m.name for m in theirs if m.name]
        if fixed[0] != fixed[1] or len(set(names)) != len(names):
            return None

        known = {(m.name, m.skeleton) for m in ours}
        redone = tuple(m.name for m in theirs if m.name and (m.name, m.skeleton) not in known)
        removed = tuple(sorted({m.name for m in ours if m.name} - set(names)))
        if self._used_attributes & {*redone, *removed}:
            return None
        return Members(At(module, after.index), redone, removed)

    @cached_property
    def _used_attributes(self) -> frozenset[str]:
        """Attribute names that import or start-up looked up anywhere, before or after the edit."""
        return frozenset(name for graph, facts in self._versions for name in _used(graph, facts.ran | facts.started))


def _used(graph: Graph, ran: frozenset[BodyAt]) -> Iterator[str]:
    for module, source in graph.sources.items():
        for statement in source.statements:
            yield from statement.uses.attributes
        for body in source.bodies():
            if BodyAt(module, body.key) in ran:
                yield from body.uses.attributes
