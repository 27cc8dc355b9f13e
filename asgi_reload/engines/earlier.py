"""What is known of an earlier version of a module: statements whose text is the same need not be read again.

Pure. Most of a file stands as it stood when it is saved; only lines, places and code objects are new.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from .bodies import Key

if TYPE_CHECKING:
    import ast
    from types import CodeType

    from .bodies import Body, Codes
    from .source import Source
    from .statement import Statement

HEAD_LINES = 2
"""Where a declaration of the encoding may stand."""


class Earlier:
    """The statements of an earlier version, by their own text."""

    def __init__(self, source: Source | None, text: bytes) -> None:
        self._lines = text.split(b"\n")
        self._known: dict[object, Statement] = {}
        before = [] if source is None else source.text.split(b"\n")

        if source is not None and before[:HEAD_LINES] == self._lines[:HEAD_LINES]:
            for statement in source.statements:
                self._known[_text_of(statement.node, before, statement.index)] = statement

    def statement(self, index: int, node: ast.stmt, codes: Codes) -> Statement | None:
        """The earlier reading of this text at its new place, with its code out of `codes`; None if there is none."""
        known = self._known.get(_text_of(node, self._lines, index))
        if known is None:
            return None

        down = node.lineno - known.node.lineno
        found = [_code_of(body, down, codes) for body in known.bodies]
        if any((code is None) is not (body.code is None) for code, body in zip(found, known.bodies, strict=True)):
            return None

        for code in found:
            if code is not None:
                codes[code.co_name, code.co_firstlineno].remove(code)
        bodies = [
            replace(body, key=Key(index, *body.key[1:]), code=code)
            for code, body in zip(found, known.bodies, strict=True)
        ]
        return replace(known, index=index, node=node, bodies=tuple(bodies))


def _text_of(node: ast.stmt, lines: list[bytes], index: int) -> object:
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    first = decorators[0].lineno if decorators else node.lineno
    # The first statement of a module may be its docstring. Two statements may share a line.
    return index == 0, node.col_offset, node.end_col_offset, *lines[first - 1 : node.end_lineno]


def _code_of(body: Body, down: int, codes: Codes) -> CodeType | None:
    if body.code is None:
        return None

    line, qualname = body.code.co_firstlineno + down, body.code.co_qualname
    candidates = [code for code in codes.get((body.code.co_name, line), ()) if code.co_qualname == qualname]
    return candidates[0] if len(candidates) == 1 else None
