"""Dotted names, and the names that a scope binds: what is asked of syntax trees everywhere. Pure."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable

Chain: TypeAlias = tuple[str, ...]
"""A dotted name, part by part: `conf.settings.limit`."""

Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
FUNCTIONS: Final = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
SCOPES: Final = (*FUNCTIONS, ast.ClassDef, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
COMPREHENSIONS: Final = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def chain_of(node: ast.AST) -> Chain | None:
    """The dotted name that an expression is, or None."""
    parts: list[str] = []

    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value

    return (node.id, *reversed(parts)) if isinstance(node, ast.Name) else None


def bound_names(body: Iterable[ast.AST]) -> set[str]:
    """Names that these nodes bind in their own scope, whatever way; nested scopes keep theirs."""
    names: set[str] = set()
    nodes = list(body)

    while nodes:
        node = nodes.pop()
        match node:
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
                names.add(name)
            case ast.alias(name=name, asname=asname):
                names.add(asname or name.partition(".")[0])
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                names.add(name)
                nodes.extend(node.decorator_list)
            case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
                names.add(name)
            case ast.MatchMapping(rest=str(name)):
                names.add(name)
        if isinstance(node, COMPREHENSIONS):
            # Only a walrus leaves a comprehension.
            names.update(n.target.id for n in ast.walk(node) if isinstance(n, ast.NamedExpr))
        elif not isinstance(node, SCOPES):
            nodes.extend(ast.iter_child_nodes(node))

    return names


def names_imported_by(function: Function) -> set[str]:
    """Local names of a function that stand for what it imports by itself."""
    aliases = [node for node in own_nodes(function) if isinstance(node, ast.alias)]
    return {alias.asname or alias.name.partition(".")[0] for alias in aliases}


def own_nodes(function: Function) -> list[ast.AST]:
    """The nodes of a function's body without those of the functions inside it."""
    found: list[ast.AST] = []
    nodes: list[ast.AST] = list(function.body) if isinstance(function.body, list) else [function.body]

    while nodes:
        node = nodes.pop()
        found.append(node)
        if not isinstance(node, FUNCTIONS):
            nodes.extend(ast.iter_child_nodes(node))

    return found


def parameters(arguments: ast.arguments) -> set[str]:
    every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg]
    return {argument.arg for argument in every if argument is not None}


def is_type_checking(test: ast.expr) -> bool:
    chain = chain_of(test)
    return chain is not None and chain[-1] == "TYPE_CHECKING"


def is_script_guard(test: ast.expr) -> bool:
    """Is this `__name__ == "__main__"`? An imported module never runs what it guards."""
    match test:
        case ast.Compare(left=ast.Name(id="__name__"), ops=[ast.Eq()], comparators=[ast.Constant(value="__main__")]):
            return True
        case _:
            return False


def absolute(node: ast.ImportFrom, package: str) -> str:
    """The module an `import from` names; empty where it climbs beyond the top-level package."""
    if not node.level:
        return node.module or ""

    parts = package.split(".")
    base = parts[: len(parts) - node.level + 1]
    return ".".join([*base, node.module] if node.module else base)
