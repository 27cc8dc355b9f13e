"""Names that are like one that was not found: Python looks for them, if it is given what to look at.

It is given only what it can look at without running code of the user's.
"""

from __future__ import annotations

import sys
from difflib import get_close_matches
from types import ModuleType
from typing import Any, Final

from .words import attribute, definer

SUGGESTS: Final = (NameError, AttributeError, ImportError)
"""Exceptions whose missing name Python compares with those that are there."""
IS_TOLD: Final = sys.version_info >= (3, 12)
"""Before, only the interpreter had suggestions, for its own last words."""
MAX_CANDIDATES: Final = 750
MAX_NAME: Final = 40
"""As many names, and as long ones, as Python compares."""
LISTED: Final = (object, type, ModuleType)
"""Whose `__dir__` runs nothing of the user's."""


def suggest(error: BaseException, copy: BaseException) -> str:
    """Give the copy what Python needs for a suggestion; the words of one where Python has none."""
    kind = next((known for known in SUGGESTS if issubclass(type(error), known)), None)
    name = None if kind is None else attribute(kind, "name", error)
    if kind is None or type(name) is not str:
        return ""
    if kind is ImportError:
        _hand_over_module(error, copy, name)
        return ""
    if kind is AttributeError and not _is_listed(obj := attribute(AttributeError, "obj", error)):
        return ""
    if not IS_TOLD:
        known = _names_at(attribute(BaseException, "__traceback__", error)) if kind is NameError else dir(obj)
        return _words(name, known, is_module=kind is NameError and name in sys.stdlib_module_names)

    target: Any = copy
    target.name = name
    if kind is AttributeError:
        target.obj = obj
    return ""


def _hand_over_module(error: BaseException, copy: Any, name: str) -> None:
    # Python would import the module to look into it.
    if IS_TOLD and name in sys.modules and _is_listed(sys.modules[name]):
        copy.name = name
        copy.name_from = attribute(ImportError, "name_from", error)


def _is_listed(value: object) -> bool:
    """Are its attributes named by Python itself?"""
    own: Any = attribute(ModuleType, "__dict__", value) if issubclass(type(value), ModuleType) else ()
    return definer(type(value), "__dir__") in LISTED and "__dir__" not in own


def _names_at(traceback: Any) -> list[str]:
    """The names that could be read where the exception was raised."""
    if traceback is None:
        return []
    while traceback.tb_next is not None:
        traceback = traceback.tb_next

    frame = traceback.tb_frame
    return [*frame.f_locals, *frame.f_globals, *frame.f_builtins]


def _words(name: str, known: list[str], *, is_module: bool) -> str:
    """As Python says it."""
    names = [one for one in known if type(one) is str and (name[:1] == "_" or one[:1] != "_")]
    is_small = len(names) <= MAX_CANDIDATES and len(name) <= MAX_NAME
    near = get_close_matches(name, names, n=1) if is_small else []
    hints = [f"Did you mean: '{one}'?" for one in near]
    hints += [f"{'Or did' if near else 'Did'} you forget to import '{name}'?"] if is_module else []
    return f". {' '.join(hints)}" if hints else ""
