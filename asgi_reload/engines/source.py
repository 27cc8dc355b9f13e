"""One version of a module, as top-level statements.

Pure: text in, values out. Two versions of a text differ in *bodies only* where their skeletons are equal. A docstring,
a signature, a decorator and whether a function is a generator belong to the skeleton, since others read them once.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from types import CodeType
from typing import TYPE_CHECKING, Final

from .bodies import codes_by_line
from .earlier import Earlier
from .statement import read_statement

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .bodies import Body
    from .statement import Statement
    from .uses import Import

MAX_SOURCE: Final = 8 * 1024 * 1024  # bytes


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """One version of one module. `imports` are all that it may come to, at import or later."""

    module: str
    file: str
    text: bytes = field(repr=False)
    is_package: bool
    statements: tuple[Statement, ...] = field(repr=False)
    code: CodeType = field(repr=False)
    imports: frozenset[Import] = field(repr=False)

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


def parse(module: str, text: bytes, file: str, *, is_package: bool = False, earlier: Source | None = None) -> Source:
    """Read one module; what an earlier version of it says in the same words is not read again.

    Raises SyntaxError for a text that Python refuses, whatever it raises itself.
    """
    if len(text) > MAX_SOURCE:
        raise SyntaxError(f"{len(text)} bytes are too many; expected at most {MAX_SOURCE}", (file, 1, 1, None))

    try:
        tree = ast.parse(text, file)
        code = compile(tree, file, "exec", dont_inherit=True)
    except SyntaxError as error:
        if error.lineno is None:  # what cannot even be read as text is nowhere in particular
            raise SyntaxError(error.msg, (file, 1, 1, None)) from error
        raise
    except (ValueError, RecursionError, MemoryError) as error:
        raise SyntaxError(str(error) or type(error).__name__, (file, 1, 1, None)) from error

    package = module if is_package else module.rpartition(".")[0]
    codes = codes_by_line(walk_code(code))
    known = Earlier(earlier, text)
    # Lists first: this runs in a thread beside looks at all objects, which must not meet tuples half made (see `scan`).
    statements = [
        known.statement(index, node, codes) or read_statement(index, node, package, codes)
        for index, node in enumerate(tree.body)
    ]
    units = [*(s.uses for s in statements), *(body.uses for s in statements for body in s.bodies)]
    imports = frozenset(found for uses in units for found in uses.imports)
    return Source(module, file, text, is_package, tuple(statements), code, imports)


def walk_code(code: CodeType) -> Iterator[CodeType]:
    """A code object and all those inside it."""
    yield code

    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from walk_code(constant)
