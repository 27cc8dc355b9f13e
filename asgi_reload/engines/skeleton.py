"""A node as text that is equal where the syntax is, whatever its function bodies and its formatting. Pure."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from .syntax import FUNCTIONS, Function, own_nodes


def dump(node: object) -> str:
    """A node as text, equal where the syntax is; functions without their bodies, but with their docstrings."""
    parts: list[str] = []
    _dump(node, parts)
    return "".join(parts)


def _dump(node: object, parts: list[str]) -> None:
    if isinstance(node, ast.AST):
        parts.append(type(node).__name__)
        parts.append("(")
        for name in node._fields:
            if name == "body" and isinstance(node, FUNCTIONS):
                parts.append(_instead_of_body(node))
            elif name not in {"type_comment", "ctx", "kind"}:
                _dump(getattr(node, name, None), parts)
                parts.append(",")
        parts.append(")")
    elif isinstance(node, list):
        parts.append("[")
        for item in node:
            _dump(item, parts)
            parts.append(",")
        parts.append("]")
    else:
        parts.append(f"{type(node).__name__}:{node!r}")


def _instead_of_body(function: Function) -> str:
    docstring = None if isinstance(function, ast.Lambda) else ast.get_docstring(function, clean=False)
    is_generator = any(isinstance(node, (ast.Yield, ast.YieldFrom)) for node in own_nodes(function))
    return f"{docstring!r}{' yields' if is_generator else ''}"


@dataclass(frozen=True, slots=True)
class Member:
    """A statement of a class body. `plain` is an undecorated method that Python itself does not look for."""

    name: str
    skeleton: str
    plain: bool


def class_parts(node: ast.ClassDef) -> tuple[str, tuple[Member, ...]]:
    bare = ast.ClassDef(node.name, node.bases, node.keywords, [], node.decorator_list)
    if hasattr(node, "type_params"):
        bare.type_params = node.type_params  # type: ignore[attr-defined,unused-ignore]

    return dump(bare), tuple([_member(statement) for statement in node.body])


def _member(node: ast.stmt) -> Member:
    match node:
        case (
            ast.FunctionDef(name=name, decorator_list=decorators)
            | ast.AsyncFunctionDef(name=name, decorator_list=decorators)
        ):
            is_special = name[:2] == "__" == name[-2:]
            return Member(name, dump(node), plain=not decorators and not is_special)
        case ast.Pass():
            return Member("", "", plain=True)
        case _:
            return Member("", dump(node), plain=False)
