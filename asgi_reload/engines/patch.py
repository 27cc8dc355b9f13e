"""New code for living functions, wherever they are held.

Touches the process, through a journal only. Decides nothing: what may be patched is in the plan.
"""

from __future__ import annotations

import gc
import inspect
import sys
from types import CodeType, FunctionType
from typing import TYPE_CHECKING, Final

from .lines import refresh_lines
from .names import BodyAt

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .difference import Difference
    from .journal import Journal
    from .living import Living
    from .source import Source

KIND: Final = inspect.CO_GENERATOR | inspect.CO_COROUTINE | inspect.CO_ITERABLE_COROUTINE | inspect.CO_ASYNC_GENERATOR
STARS: Final = inspect.CO_VARARGS | inspect.CO_VARKEYWORDS
FEW: Final = 60  # code objects


def patch_codes(journal: Journal, living: Living, changes: Mapping[str, Difference], new: Mapping[str, Source]) -> None:
    """Give every living function of these modules the code of the new text: new bodies, and new line numbers."""
    replaced: dict[int, CodeType] = {}
    codes: list[CodeType] = []

    for module, difference in changes.items():
        bodies = {body.key: body.code for body in new[module].bodies()}
        for old_key, new_key in difference.bodies.items():
            code = bodies[new_key]
            for old in living.codes.get(BodyAt(module, old_key), ()):
                if code is not None and not is_same(old, code) and fits(old, code):
                    replaced[id(old)] = code
                    codes.append(old)

    functions = functions_of(codes)
    for function in functions:
        journal.set_attribute(function, "__code__", replaced[id(function.__code__)])
    for module in changes:
        own = [function for function in functions if function.__globals__ is vars(sys.modules[module])]
        refresh_lines(journal, sys.modules[module], new[module], own)


def functions_of(codes: list[CodeType]) -> list[FunctionType]:
    """All living functions made from these code objects, wherever they are held."""
    if not codes:
        return []

    wanted = {id(code) for code in codes}
    # To ask who refers to an object takes time for every object there is, and for every one that is asked about.
    candidates = gc.get_referrers(*codes) if len(codes) <= FEW else gc.get_objects()
    return [f for f in candidates if type(f) is FunctionType and id(f.__code__) in wanted]


def fits(old: CodeType, new: CodeType) -> bool:
    """May a function made from `old` run `new`? Python itself compares no more than the number of cells."""
    return (
        old.co_freevars == new.co_freevars
        and _arguments(old) == _arguments(new)
        and old.co_flags & (KIND | STARS) == new.co_flags & (KIND | STARS)
    )


def _arguments(code: CodeType) -> tuple[object, ...]:
    count = code.co_argcount + code.co_kwonlyargcount + (code.co_flags & STARS).bit_count()
    return code.co_posonlyargcount, code.co_argcount, code.co_kwonlyargcount, code.co_varnames[:count]


def is_same(old: CodeType, new: CodeType) -> bool:
    """Equal to the last line number, which `==` does not ask for on every version."""
    if old != new or old.co_firstlineno != new.co_firstlineno or old.co_linetable != new.co_linetable:
        return False

    inner = [(a, b) for a, b in zip(old.co_consts, new.co_consts, strict=True) if isinstance(a, CodeType)]
    return all(isinstance(b, CodeType) and is_same(a, b) for a, b in inner)
