"""What does not load in a subinterpreter, read from the errors that its import raised, and said in one sentence.

Extension modules have to declare that they do (PEP 489, PEP 684); many do not.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

# CPython's own message, and that of extensions that check by themselves (PyO3, and NumPy's).
REFUSALS: Final = (
    re.compile(r"module (?P<name>[\w.]+) does not support loading in subinterpreters"),
    re.compile(r"(?P<name>PyO3 modules) (?:do not yet|may only)[^\n]*(?:subinterpreters|interpreter)"),
    re.compile(r"cannot load module (?P<name>[\w.]*) ?more than once per process", re.IGNORECASE),
)
# Of CPython, about what code does rather than what it is: as soon as it is imported, or in the middle of a request.
LACKING: Final = (
    re.compile(r"(?P<name>daemon threads) are disabled in this \(sub\)interpreter"),
    re.compile(r"(?P<name>fork|exec) not supported for isolated subinterpreters"),
    re.compile(r"(?P<name>preexec_fn) not supported within subinterpreters"),
)
MAX_NAMED: Final = 3


def refusal(error: str) -> str:
    """The extension module that refused, from the text of an error; empty if that was another error."""
    found = next((match for pattern in REFUSALS if (match := pattern.search(error))), None)
    return "" if found is None else found["name"] or "an extension module"


def explained(errors: Iterable[str]) -> str:
    """What refuses or is lacking and what follows, as a sentence; empty if none of the errors is about that."""
    errors = list(errors)
    lacking = sorted({match["name"] for error in errors for one in LACKING if (match := one.search(error))})
    if lacking:
        return f"A subinterpreter has no {', '.join(lacking)}, which the app needs; workers are processes instead."

    names = sorted({name for error in errors if (name := refusal(error))})
    if not names:
        return ""

    more = f" and {len(names) - MAX_NAMED} more" if len(names) > MAX_NAMED else ""
    verb = "does" if len(names) == 1 else "do"
    return f"{', '.join(names[:MAX_NAMED])}{more} {verb} not load in a subinterpreter; workers are processes instead."
