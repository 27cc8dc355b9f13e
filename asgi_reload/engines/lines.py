"""Line numbers of classes and of annotations, which no function body carries: they are made to fit the file again.

Touches the process, through a journal only.
"""

from __future__ import annotations

import sys
from types import CodeType, FunctionType
from typing import TYPE_CHECKING, Any, Final

from .classes import classes_in
from .source import walk_code

if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import ModuleType

    from .journal import Journal
    from .source import Source

FIRST_LINE: Final = "__firstlineno__"  # since Python 3.13
ANNOTATE: Final = "__annotate__"  # since Python 3.14


def refresh_lines(journal: Journal, module: ModuleType, source: Source, functions: Iterable[FunctionType]) -> None:
    """`functions` are those of the module that were given new code."""
    version: tuple[int, ...] = tuple(sys.version_info[:2])
    if version < (3, 13):
        return

    codes = list(walk_code(source.code))
    for cls in classes_in(vars(module), module.__name__).values():
        found = [code for code in codes if code.co_qualname == cls.__qualname__]
        if found and FIRST_LINE in vars(cls):
            line = found[-1].co_firstlineno
            _set_line(journal, cls, line)
            _move(journal, vars(cls).get("__annotate_func__"), line, codes)
    for function in functions:
        _move(journal, getattr(function, ANNOTATE, None), function.__code__.co_firstlineno, codes)
    own = [code for code in source.code.co_consts if isinstance(code, CodeType) and code.co_name == ANNOTATE]
    if own:
        _move(journal, vars(module).get(ANNOTATE), own[-1].co_firstlineno, own[-1:])


def _set_line(journal: Journal, cls: Any, line: int) -> None:
    before = cls.__firstlineno__
    if before != line:
        type.__setattr__(cls, FIRST_LINE, line)
        journal.on_rollback(lambda: type.__setattr__(cls, FIRST_LINE, before))


def _move(journal: Journal, annotate: object, line: int, codes: Iterable[CodeType]) -> None:
    if type(annotate) is not FunctionType:
        return

    old = annotate.__code__
    found = [code for code in codes if code.co_qualname == old.co_qualname and code.co_firstlineno == line]
    if found and old != found[0] and old.co_freevars == found[0].co_freevars:
        journal.set_attribute(annotate, "__code__", found[0])
