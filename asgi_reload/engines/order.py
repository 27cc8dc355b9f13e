"""The order in which modules are executed anew: each after those it imports, as in a fresh process.

Pure: reads a plan and its graph, executes nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .deferred import named_imports
from .graph import Graph
from .names import ALL, At

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from .plan import Plan
    from .statement import Statement


def order(plan: Plan, finished: Sequence[str]) -> Iterator[list[str]]:
    """Groups of modules of which one has something to do at least, so that each comes after those it imports.

    `finished` is the order in which imports came to their end, as in `sys.modules`. Modules that import each other make
    one group; the one that ended last was the first to begin, and so it is again.
    """
    graph = plan.graph or Graph({})
    place = {module: index for index, module in enumerate(finished)}
    busy = {*plan.rebuild, *(at.module for at in plan.redo), *(name.module for name in plan.remove)}

    edges = {module: [*_imports_of(graph, module, place)] for module in graph.sources}

    for component in _components(edges, list(reversed(finished))):
        if busy & {*component}:
            yield sorted(component, key=lambda module: place.get(module, 0), reverse=True)


def _imports_of(graph: Graph, module: str, place: Mapping[str, int]) -> dict[str, None]:
    return {m: None for s in graph.sources[module].statements for m in imports(graph, module, s, place)}


def imports(graph: Graph, module: str, statement: Statement, place: Mapping[str, int]) -> dict[str, None]:
    """The modules of the project that a statement imports while it is executed, in the order of its text.

    What functions import that it may call, and what is imported by a name that is not in the text, is among those whose
    import had ended (`place`) before that of the module itself; the others of those do no harm, since they come before
    it in any case.
    """
    targets = named_imports(graph, module, statement.uses)

    ended = place.get(module, len(place))
    if graph.is_dynamic(statement.uses):
        targets.update(dict.fromkeys(m for m in graph.sources if m != module and place.get(m, -1) < ended))
    called = [graph.deferred[name] for name in graph.names_of(At(module, statement.index)) if name in graph.deferred]
    if called:
        deferred = frozenset().union(*called)
        wanted = graph.sources.keys() if ALL in deferred else deferred
        targets.update(dict.fromkeys(m for m in place if m in wanted and place[m] < ended))
    return targets


def _components(edges: Mapping[str, list[str]], roots: Iterable[str]) -> list[list[str]]:
    """Strongly connected components, dependencies first (Tarjan 1972, without recursion)."""
    number: dict[str, int] = {}
    low: dict[str, int] = {}
    path: list[str] = []
    found: list[list[str]] = []

    for root in roots:
        if root in number or root not in edges:
            continue
        work = [(root, iter(edges[root]))]
        number[root] = low[root] = len(number)
        path.append(root)
        while work:
            node, children = work[-1]
            child = next((c for c in children if c not in number or c in path), None)
            if child is None:
                work.pop()
                _close(node, number, low, path, found)
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
            elif child in number:
                low[node] = min(low[node], number[child])
            else:
                number[child] = low[child] = len(number)
                path.append(child)
                work.append((child, iter(edges[child])))
    return found


def _close(
    node: str, number: Mapping[str, int], low: Mapping[str, int], path: list[str], found: list[list[str]]
) -> None:
    if low[node] == number[node]:
        start = path.index(node)
        found.append(path[start:])
        del path[start:]
