"""The function bodies inside a statement, each with the code object that Python made of it. Pure."""

from __future__ import annotations

import ast
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from .collector import Collector
from .skeleton import dump
from .syntax import bound_names, names_imported_by, own_nodes, parameters

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from types import CodeType

    from .collector import Found
    from .syntax import Function
    from .uses import Uses

Codes: TypeAlias = "dict[tuple[str, int], list[CodeType]]"
"""Code objects by name and first line."""


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


def codes_by_line(codes: Iterable[CodeType]) -> Codes:
    found: Codes = defaultdict(list)

    for code in codes:
        found[code.co_name, code.co_firstlineno].append(code)

    return found


def bodies_of(index: int, functions: list[Found], package: str, codes: Codes) -> Iterator[Body]:
    seen: dict[str, int] = defaultdict(int)
    waiting = list(functions)

    while waiting:
        found = waiting.pop(0)
        nodes = found.node.body if isinstance(found.node.body, list) else [found.node.body]
        # What it imports by itself is local as well, but leads to other modules' names.
        bound = bound_names(nodes) - names_imported_by(found.node)
        local = found.local | parameters(found.node.args) | bound
        collector = Collector(package, found.qualname, local, found.qualname)
        for node in nodes:
            collector.visit(node)
        collector.take(found.imports)

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


def _code_of(found: Found, codes: Codes) -> CodeType | None:
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
