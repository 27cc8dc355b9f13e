"""What a module binds, read from its text: nothing is imported. Knows no disk."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

APPS: Final = ("app", "api", "application")
FACTORIES: Final = ("create_app", "make_app", "get_app")
MAKERS: Final = frozenset({"FastAPI", "Starlette", "Litestar", "Quart", "FastHTML", "ReloadMiddleware", "Star"})
"""Names of what makes an ASGI app, where it is called at the top level."""
REACHES_OUT: Final = frozenset({"globals", "vars", "exec", "setattr"})
LOOKS_LIKE: Final = re.compile(rf"^({'|'.join(APPS)})\b\s*[:=]", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Source:
    """What a module binds at its top level.

    is_complete: nothing else can be bound, as a star import or `globals()` might. apps: names that are an app by their
    name or by what made them, the likeliest first. factories: functions that make one, by their name.
    """

    names: frozenset[str]
    is_complete: bool
    apps: tuple[str, ...]
    factories: tuple[str, ...] = ()


def read_source(text: str) -> Source:
    """Read a module's text; one that does not compile binds what it looks like."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError):
        found = tuple(dict.fromkeys(LOOKS_LIKE.findall(text)))
        return Source(frozenset(found), False, found)

    nodes = list(_at_top(tree))
    names = {name for node in nodes for name in _bound(node)}
    modules = {name for node in nodes if isinstance(node, ast.Import) for name in _bound(node)}
    made = [name for node in nodes for name in _made(node)]
    values = names - modules

    apps = [name for name in APPS if name in values] + made
    factories = tuple(node.name for node in nodes if isinstance(node, ast.FunctionDef) and node.name in FACTORIES)
    return Source(frozenset(names), not _reaches_out(tree, names), tuple(dict.fromkeys(apps)), factories)


def _at_top(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes that run in the module's own scope."""
    for child in ast.iter_child_nodes(node):
        yield child
        if not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
            yield from _at_top(child)


def _bound(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Name(id=name, ctx=ast.Store()):
            yield name
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
            yield from (alias.asname or alias.name.partition(".")[0] for alias in aliases)
        case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
            yield name


def _made(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call(func=maker)):
            pass
        case ast.AnnAssign(target=ast.Name(id=name), value=ast.Call(func=maker)):
            pass
        case _:
            return

    called = maker.attr if isinstance(maker, ast.Attribute) else getattr(maker, "id", "")
    if called in MAKERS:
        yield name


def _reaches_out(tree: ast.AST, names: set[str]) -> bool:
    if names & {"*", "__getattr__"}:
        return True

    nodes = list(ast.walk(tree))
    return any(isinstance(n, ast.Global) or isinstance(n, ast.Name) and n.id in REACHES_OUT for n in nodes)
