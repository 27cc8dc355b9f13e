"""Calls by which a module writes into tables whose entries do not tell who made them: filters, media types, handlers.

Pure: a syntax tree in, statements and texts out. What other entries tell by themselves (a finder knows its class, a
callback its module) needs no such look.
"""

from __future__ import annotations

import ast
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .bodies import Key
    from .source import Source

CALLS: Final = frozenset(
    {"addFilter", "addHandler", "add_type", "basicConfig", "filterwarnings", "setLevel", "simplefilter"}
)
CONFIGURED: Final = frozenset({"dictConfig", "fileConfig"})
LISTS: Final = frozenset({"sys.path"})
ALL_LISTS: Final = frozenset({"sys.path", "sys.meta_path", "sys.path_hooks"})
ADDERS: Final = frozenset({"append", "insert", "extend"})
WORDS: Final = tuple(name.encode() for name in CALLS | CONFIGURED | ALL_LISTS)  # a text with none of them is not walked


@dataclass(frozen=True, slots=True)
class Registrations:
    """`plain`: statements that are nothing but such calls. `inner`: the texts of all others. `all`: of them all."""

    plain: tuple[ast.stmt, ...]
    inner: Counter[str]
    all: Counter[str]

    @property
    def configures(self) -> bool:
        """Is logging configured as a whole?"""
        return any(name in text for text in self.all for name in CONFIGURED)

    def lost_in(self, other: Registrations) -> list[str]:
        """Calls that cannot be told apart any more, and that `other` does not have."""
        return sorted(self.inner - other.inner)


NONE: Final = Registrations((), Counter(), Counter())


def registrations(source: Source, ran: frozenset[Key] | None = None) -> Registrations:
    """The calls in a module. `ran`: functions whose calls count; all of them, if not given."""
    if not any(word in source.text for word in WORDS):
        return NONE

    plain: list[ast.stmt] = []
    inner: Counter[str] = Counter()
    every: Counter[str] = Counter()

    for statement in source.statements:
        every.update(ast.unparse(call) for call in _calls(statement.node, ALL_LISTS))
        if _is_plain(statement.node):
            plain.append(statement.node)
            continue
        if ran is None or not statement.bodies or any(body.key in ran for body in statement.bodies):
            inner.update(_text(call) for call in _calls(statement.node, LISTS))
    return Registrations(tuple(plain), inner, every)


def configuration(node: ast.stmt) -> ast.expr | None:
    """The argument of a call of `logging.config.dictConfig` that is a statement."""
    match node:
        case ast.Expr(value=ast.Call(func=ast.Name(id="dictConfig") | ast.Attribute(attr="dictConfig"), args=[one])):
            return one
        case _:
            return None


def _is_plain(node: ast.stmt) -> bool:
    match node:
        case ast.Expr(value=ast.Call() as call):
            return configuration(node) is not None or _is_registration(call, CALLS, LISTS)
        case ast.If(body=body, orelse=[]):
            return all(isinstance(inner, ast.Expr) and _is_plain(inner) for inner in body)
        case _:
            return False


def _calls(node: ast.AST, lists: frozenset[str]) -> Iterator[ast.Call]:
    for inner in ast.walk(node):
        if isinstance(inner, ast.Call) and _is_registration(inner, CALLS | CONFIGURED, lists):
            yield inner


def _text(call: ast.Call) -> str:
    # A configuration replaces the one before: what it says matters less than that there is one.
    name = getattr(call.func, "attr", getattr(call.func, "id", ""))
    return name if name in CONFIGURED else ast.unparse(call)


def _is_registration(call: ast.Call, names: frozenset[str], lists: frozenset[str]) -> bool:
    match call.func:
        case ast.Name(id=name):
            return name in names
        case ast.Attribute(value=value, attr=name):
            return name in names or (name in ADDERS and ast.unparse(value) in lists)
        case _:
            return False
