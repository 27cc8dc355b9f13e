"""A top-level statement: what it binds and uses, its skeleton, and the function bodies inside it. Pure."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from .bodies import bodies_of
from .collector import Collector
from .skeleton import class_parts, dump
from .syntax import bound_names, is_script_guard, is_type_checking

if TYPE_CHECKING:
    from .bodies import Body, Codes
    from .skeleton import Member
    from .uses import Uses

REPEATABLE: Final = (
    ast.Import,
    ast.ImportFrom,
    ast.FunctionDef,
    ast.AsyncFunctionDef,
    ast.ClassDef,
    ast.Assign,
    ast.AnnAssign,
    ast.If,
    ast.Try,
    ast.Pass,
    ast.Expr,
)


@dataclass(frozen=True, slots=True)
class Statement:
    """A top-level statement. `header` and `members` are a class's; `node` is what is compiled to redo it alone."""

    index: int
    skeleton: str
    binds: frozenset[str]
    uses: Uses = field(repr=False)
    bodies: tuple[Body, ...] = field(repr=False)
    repeatable: bool
    node: ast.stmt = field(repr=False, compare=False)
    header: str = ""
    members: tuple[Member, ...] = ()

    @property
    def is_function(self) -> bool:
        """Is it a plain function that can be moved into the object which others hold?"""
        return isinstance(self.node, (ast.FunctionDef, ast.AsyncFunctionDef)) and not self.node.decorator_list

    @property
    def is_decorated(self) -> bool:
        match self.node:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                return bool(self.node.decorator_list)
            case ast.ClassDef():
                return bool(self.node.decorator_list or self.node.bases or self.node.keywords)
            case _:
                return True


def read_statement(index: int, node: ast.stmt, package: str, codes: Codes) -> Statement:
    collector = Collector(package)
    collector.visit(node)
    is_docstring = index == 0 and _is_string(node)
    header, members = class_parts(node) if isinstance(node, ast.ClassDef) else ("", ())
    return Statement(
        index=index,
        skeleton=dump(node),
        binds=frozenset({"__doc__"} if is_docstring else _bound(node)),
        uses=collector.uses,
        bodies=(*bodies_of(index, collector.functions, package, codes),),
        repeatable=isinstance(node, REPEATABLE) and not collector.uses.opaque,
        node=node,
        header=header,
        members=members,
    )


def _bound(node: ast.stmt) -> set[str]:
    if isinstance(node, ast.If) and (is_type_checking(node.test) or is_script_guard(node.test)):
        return bound_names(node.orelse)

    return bound_names([node])


def _is_string(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
