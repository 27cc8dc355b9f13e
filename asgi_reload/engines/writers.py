"""What executing a statement writes into: by itself, and through the functions that it calls. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from .names import ALL, MODULE, At, BodyAt, Name

if TYPE_CHECKING:
    from collections.abc import Container, Iterator

    from .bodies import Body
    from .facts import Facts
    from .graph import Graph
    from .names import Names
    from .statement import Statement
    from .uses import Uses


OPENING: Final = frozenset({"connect", "initialize", "open", "start", "startup"})
CLOSING: Final = frozenset({"aclose", "close", "close_all", "disconnect", "shutdown", "stop", "terminate"})


def written_by(graph: Graph, facts: Facts, module: str, statement: Statement) -> Iterator[Name]:
    """The bindings whose objects a statement may have changed at import."""
    yield from _written(graph, facts, module, statement.uses)

    for where, uses in _called(graph, graph.names_of(At(module, statement.index)), facts.ran):
        yield from _written(graph, facts, where, uses)


def shared_by_starts(graph: Graph, facts: Facts, rebuilt: Container[str]) -> Name | None:
    """Something that stays, and that start-up binds, writes into or awaits. Two lifespans at once would do it to each
    other: the old one closes what the new one has opened.
    """
    for module, uses in _uses_of(graph, facts.started | facts.unknown):
        for name in _opened(graph, module, uses):
            if name.module in graph.sources and name.module not in rebuilt:
                return name
    return None


def spent_by_starts(graph: Graph, facts: Facts) -> Iterator[tuple[str, Name]]:
    """What start-up's functions close for good, and those that they call; each with the module of the function.

    What they open as well is meant to be opened again.
    """
    for module, uses in _uses_of(graph, facts.started):
        called = [(module, uses), *_called(graph, graph.names(module, uses))]
        opened = {home for where, its in called for home in _receivers(graph, where, its, OPENING)}
        closed = {home for where, its in called for home in _receivers(graph, where, its, CLOSING)}
        yield from ((module, home) for home in sorted(closed - opened))


def _uses_of(graph: Graph, bodies: Container[BodyAt]) -> Iterator[tuple[str, Uses]]:
    """What these bodies do, each with its module, in the order of the text."""
    for module, source in graph.sources.items():
        yield from ((module, body.uses) for body in source.bodies() if BodyAt(module, body.key) in bodies)


def _receivers(graph: Graph, module: str, uses: Uses, methods: Container[str]) -> Iterator[Name]:
    """The bindings of which one of these methods is called."""
    for chain in uses.calls:
        if chain is not None and len(chain) > 1 and chain[-1] in methods:
            home = graph.home(module, chain[:-1], uses.imports)
            if isinstance(home, Name) and home.name not in (ALL, MODULE):
                yield home


def _opened(graph: Graph, module: str, uses: Uses) -> Iterator[Name]:
    yield from (Name(module, rebound) for rebound in sorted(uses.rebinds))
    yield from (graph.resolve(module, chain)[-1] for chain in sorted(uses.stores))
    for chain in sorted(uses.awaits):
        if isinstance(home := graph.home(module, chain), Name):
            yield home


def _written(graph: Graph, facts: Facts, module: str, uses: Uses) -> Iterator[Name]:
    for chain in uses.touches:
        home = graph.home(module, chain, uses.imports)
        if isinstance(home, Name) and home not in facts.inert:
            yield home
    for chain in uses.stores:
        found = graph.resolve(module, chain, uses.imports)[1:]
        yield from (n for n in found[-1:] if n.module in graph.sources and n.name != ALL)
    for rebound in uses.rebinds:
        yield Name(module, rebound)


def _called(graph: Graph, names: Names, among: Container[BodyAt] | None = None) -> list[tuple[str, Uses]]:
    """The bodies, `among` some, that these names lead to."""
    waiting = list(names)
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
                if at not in bodies and (among is None or at in among):
                    bodies[at] = body
                    waiting.extend(graph.names(name.module, body.uses))

    return [(at.module, body.uses) for at, body in bodies.items()]
