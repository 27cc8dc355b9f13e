"""Which statements may be executed alone, a second time, without anybody but their readers noticing. Pure."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Final

from .names import Name
from .purity import PURE_BUILTINS, PURE_METHODS, is_pure_base, is_pure_call
from .syntax import chain_of

if TYPE_CHECKING:
    from .graph import Graph
    from .statement import Statement
    from .syntax import Chain

MAX_BASES: Final = 8  # classes on the way up


def is_repeatable(graph: Graph, module: str, statement: Statement) -> bool:
    """May this statement be executed alone, a second time, without anybody but its readers noticing?"""
    uses = statement.uses
    if not statement.repeatable or uses.touches or uses.stores:
        return False
    if any(len(graph.binding(Name(module, bound))) != 1 for bound in graph.binds(module, statement)):
        return False
    if not all(_is_pure_call(graph, module, chain) for chain in uses.calls):
        return False
    return all(_is_pure_class(graph, module, node, MAX_BASES) for node in _classes(statement.node))


def is_pure_class(graph: Graph, module: str, statement: Statement) -> bool:
    """Does nobody take notice when this class is made: no base's hook, no metaclass of the project's own?"""
    return _is_pure_class(graph, module, statement.node, MAX_BASES)


def _is_pure_class(graph: Graph, module: str, node: ast.stmt, depth: int) -> bool:
    if not isinstance(node, ast.ClassDef) or not depth:
        return False
    if any(k.arg != "metaclass" or chain_of(k.value) not in {("ABCMeta",), ("abc", "ABCMeta")} for k in node.keywords):
        return False

    for base in node.bases:
        chain = chain_of(base.value if isinstance(base, ast.Subscript) else base)
        if chain is None or not _is_pure_base(graph, graph.home(module, chain), depth - 1):
            return False
    return True


def _is_pure_base(graph: Graph, home: Name | str | None, depth: int) -> bool:
    match home:
        case str(dotted):
            return dotted.startswith("builtins.") or is_pure_base(dotted)
        case Name(module=module):
            statements = graph.binding(home)
            return len(statements) == 1 and (
                _is_pure_class(graph, module, statements[0].node, depth)
                and not any(b.key.qualname.endswith(".__init_subclass__") for b in statements[0].bodies)
            )
        case _:
            return False


def _is_pure_call(graph: Graph, module: str, chain: Chain | None) -> bool:
    if chain is None:
        return False

    match graph.home(module, chain):
        case str(dotted):
            return dotted.removeprefix("builtins.") in PURE_BUILTINS or is_pure_call(dotted)
        case Name(name=name) if name == chain[-1]:
            return False  # a function of the project, whatever it is called
        case Name() | None:
            return len(chain) > 1 and chain[-1] in PURE_METHODS


def _classes(node: ast.stmt) -> list[ast.ClassDef]:
    if not isinstance(node, (ast.ClassDef, ast.If, ast.Try)):
        return []

    return [inner for inner in ast.walk(node) if isinstance(inner, ast.ClassDef)]
