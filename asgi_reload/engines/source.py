"""A module as top-level statements: what each binds and uses, its skeleton, and the function bodies inside it.

Pure: text in, values out. Two versions of a text differ in *bodies only* where their skeletons are equal. A docstring,
a signature, a decorator and whether a function is a generator belong to the skeleton, since others read them once.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from dataclasses import dataclass, field
from types import CodeType
from typing import TYPE_CHECKING, Final, NamedTuple

from .uses import (
    FUNCTIONS,
    Collector,
    Found,
    Function,
    Uses,
    bound_names,
    is_script_guard,
    is_type_checking,
    own_nodes,
    parameters,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_SOURCE: Final = 8 * 1024 * 1024  # bytes
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


class Key(NamedTuple):
    """A function body inside a module: its statement, its qualified name, and which of those with that name."""

    statement: int
    qualname: str
    nth: int


@dataclass(frozen=True, slots=True)
class Body:
    """A function's own body. `own` is its text without the bodies of functions inside it."""

    key: Key
    own: str
    signature: str
    uses: Uses = field(repr=False)
    parent: str | None
    attributes_set: frozenset[str]
    code: CodeType | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class Member:
    """A statement of a class body. `plain` is an undecorated method that Python itself does not look for."""

    name: str
    skeleton: str
    plain: bool


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


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """One version of one module."""

    module: str
    file: str
    text: bytes = field(repr=False)
    is_package: bool
    statements: tuple[Statement, ...] = field(repr=False)
    code: CodeType = field(repr=False)

    @property
    def package(self) -> str:
        return self.module if self.is_package else self.module.rpartition(".")[0]

    def bodies(self) -> Iterator[Body]:
        for statement in self.statements:
            yield from statement.bodies

    def binding(self, name: str) -> list[Statement]:
        """The statements that bind a name, in order."""
        return [statement for statement in self.statements if name in statement.binds]

    def exported(self) -> frozenset[str]:
        """What `from module import *` takes, as far as the text tells: a literal `__all__`, or the public names."""
        for statement in self.binding("__all__"):
            if isinstance(statement.node, (ast.Assign, ast.AnnAssign)) and statement.node.value is not None:
                try:
                    return frozenset(map(str, ast.literal_eval(statement.node.value)))
                except ValueError:
                    break

        return frozenset(n for s in self.statements for n in s.binds if n != "*" and not n.startswith("_"))


def parse(module: str, text: bytes, file: str, *, is_package: bool = False) -> Source:
    """Read one module. Raises SyntaxError for a text that Python refuses, whatever it raises itself."""
    if len(text) > MAX_SOURCE:
        raise SyntaxError(f"{len(text)} bytes are too many; expected at most {MAX_SOURCE}", (file, 1, 1, None))

    try:
        tree = ast.parse(text, file)
        code = compile(tree, file, "exec", dont_inherit=True)
    except (ValueError, RecursionError, MemoryError) as error:
        raise SyntaxError(str(error) or type(error).__name__, (file, 1, 1, None)) from error

    package = module if is_package else module.rpartition(".")[0]
    codes = _codes_by_line(code)
    statements = tuple(_statement(index, node, package, codes) for index, node in enumerate(tree.body))
    return Source(module, file, text, is_package, statements, code)


def walk_code(code: CodeType) -> Iterator[CodeType]:
    """A code object and all those inside it."""
    yield code

    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from walk_code(constant)


def _codes_by_line(code: CodeType) -> dict[tuple[str, int], list[CodeType]]:
    codes: dict[tuple[str, int], list[CodeType]] = defaultdict(list)

    for inner in walk_code(code):
        codes[inner.co_name, inner.co_firstlineno].append(inner)

    return codes


def _statement(index: int, node: ast.stmt, package: str, codes: dict[tuple[str, int], list[CodeType]]) -> Statement:
    collector = Collector(package)
    collector.visit(node)
    is_docstring = index == 0 and _is_string(node)
    header, members = _class_parts(node) if isinstance(node, ast.ClassDef) else ("", ())
    return Statement(
        index=index,
        skeleton=dump(node),
        binds=frozenset({"__doc__"} if is_docstring else _bound(node)),
        uses=collector.uses,
        bodies=tuple(_bodies(index, collector.functions, package, codes)),
        repeatable=isinstance(node, REPEATABLE) and not collector.uses.opaque,
        node=node,
        header=header,
        members=members,
    )


def _bound(node: ast.stmt) -> set[str]:
    if isinstance(node, ast.If) and (is_type_checking(node.test) or is_script_guard(node.test)):
        return bound_names(node.orelse)

    return bound_names([node])


def _bodies(
    index: int, functions: list[Found], package: str, codes: dict[tuple[str, int], list[CodeType]]
) -> Iterator[Body]:
    seen: dict[str, int] = defaultdict(int)
    waiting = list(functions)

    while waiting:
        found = waiting.pop(0)
        nodes = found.node.body if isinstance(found.node.body, list) else [found.node.body]
        local = found.local | parameters(found.node.args) | bound_names(nodes)
        collector = Collector(package, found.qualname, local, found.qualname)
        for node in nodes:
            collector.visit(node)

        key = Key(index, found.qualname, seen[found.qualname])
        seen[found.qualname] += 1
        waiting.extend(collector.functions)
        yield Body(
            key,
            "\n".join(dump(node) for node in nodes),
            dump(found.node),
            collector.uses,
            found.parent,
            frozenset(_set_on_self(found.node)),
            _code_of(found, codes),
        )


def _code_of(found: Found, codes: dict[tuple[str, int], list[CodeType]]) -> CodeType | None:
    name = getattr(found.node, "name", "<lambda>")
    decorators = getattr(found.node, "decorator_list", [])
    line = decorators[0].lineno if decorators else found.node.lineno
    candidates = codes.get((name, line), [])
    chosen = next((code for code in candidates if code.co_qualname == found.qualname), next(iter(candidates), None))

    if chosen is not None:
        candidates.remove(chosen)
    return chosen


def _set_on_self(function: Function) -> Iterator[str]:
    first = next(iter(function.args.args), None)

    if first is not None:
        for node in own_nodes(function):
            match node:
                case ast.Attribute(value=ast.Name(id=name), attr=attribute, ctx=ast.Store()) if name == first.arg:
                    yield attribute


def _class_parts(node: ast.ClassDef) -> tuple[str, tuple[Member, ...]]:
    bare = ast.ClassDef(node.name, node.bases, node.keywords, [], node.decorator_list)
    if hasattr(node, "type_params"):
        bare.type_params = node.type_params  # type: ignore[attr-defined,unused-ignore]

    return dump(bare), tuple(_member(statement) for statement in node.body)


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


def _is_string(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


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
