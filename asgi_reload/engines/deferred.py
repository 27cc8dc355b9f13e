"""What functions import when they are called: by the names that lead to them, through the functions they call.

Pure. Does not know whether anybody calls them.
"""

from __future__ import annotations

from collections import defaultdict, deque
from typing import TYPE_CHECKING

from .names import ALL, BodyAt, Name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .graph import Graph
    from .uses import Uses


def named_imports(graph: Graph, module: str, uses: Uses) -> dict[str, None]:
    """The project's modules that a unit imports by itself, in the order of its text, and those that a call is told."""
    targets: dict[str, None] = {}

    for imported in uses.imports:
        for candidate in (imported.module, f"{imported.module}.{imported.name}"):
            if candidate in graph.sources and candidate != module:
                targets[candidate] = None
    targets.update(dict.fromkeys(sorted(graph.mentioned(module, uses))))
    return targets


def deferred_imports(graph: Graph) -> Mapping[Name, frozenset[str]]:
    """For every name that leads to functions which import: the modules; ALL among them if no text tells which."""
    found: defaultdict[Name, frozenset[str]] = defaultdict(frozenset)
    waiting: deque[tuple[BodyAt, frozenset[str]]] = deque()

    for module, source in graph.sources.items():
        for body in source.bodies():
            targets = {*named_imports(graph, module, body.uses), *([ALL] if graph.is_dynamic(body.uses) else [])}
            if targets:
                waiting.append((BodyAt(module, body.key), frozenset(targets)))
    while waiting:
        at, modules = waiting.popleft()
        statement = graph.sources[at.module].statements[at.key.statement]
        for name in (Name(at.module, bound) for bound in graph.binds(at.module, statement)):
            if modules - found[name]:
                found[name] |= modules
                waiting.extend((caller, modules) for caller in graph.later_readers[name])
    return found
