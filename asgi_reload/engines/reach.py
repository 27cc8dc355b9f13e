"""Which function bodies would behave otherwise now: those that were edited, and those that reach by name what changed.

Pure. Follows what functions look up when they are called, whether or not they ever were; and into what holds them: a
name that was bound to one, a table that one is in, a registry that took one.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from .names import ALL, At, BodyAt, Name
from .writers import written_by

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from .facts import Facts
    from .graph import Graph


def reach(
    graph: Graph,
    holders_of: Callable[[At], Iterable[Name]],
    names: Mapping[Name, str],
    edited: Mapping[BodyAt, str],
    among: frozenset[BodyAt] | None = None,
) -> dict[BodyAt, str]:
    """The bodies (`among` some) that use changed names or were edited themselves, each with a reason."""
    reached: dict[BodyAt, str] = {}
    waiting: deque[tuple[Name, str]] = deque(names.items())

    def add(at: BodyAt, reason: str) -> None:
        if at not in reached and (among is None or at in among) and at.module in graph.sources:
            reached[at] = reason
            waiting.extend((holder, reason) for holder in holders_of(At(at.module, at.key.statement)))

    for at, reason in edited.items():
        add(at, reason)
    seen: set[Name] = set()
    while waiting:
        name, reason = waiting.popleft()
        if name in seen:
            continue
        seen.add(name)
        for wanted in (name, Name(name.module, ALL)):
            for body in graph.later_readers[wanted]:
                add(body, f"{body.module}.{body.key.qualname} used {name} at start-up: {root(reason)}")
        for statement in graph.readers[name]:
            waiting.extend((holder, reason) for holder in holders_of(statement))
    return reached


def holders(graph: Graph, facts: Facts, at: At) -> Iterator[Name]:
    """The names through which others get at what a statement has made or taken."""
    statement = graph.sources[at.module].statements[at.place]
    yield from (Name(at.module, bound) for bound in graph.binds(at.module, statement))
    yield from written_by(graph, facts, at.module, statement)


def root(reason: str) -> str:
    """Where a chain of reasons began."""
    return reason.rpartition(": ")[2]
