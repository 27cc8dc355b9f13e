"""Whose error it is, when code raises while it is executed anew: the code's own, or that it is the second time."""

from __future__ import annotations

from pathlib import Path
from traceback import format_exception_only
from typing import TYPE_CHECKING, Final

from ..outcome import Failed, Refused
from ..project import INSTALLED
from ..report import report

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .names import Name

ONLY_TWICE: Final = ("already", "duplicate", "redefin", "in registry", "exists")
"""What libraries say of a name that is registered once more."""


class CodeFailed(Exception):
    """The user's code raised while it was executed anew. `owners`: what it may have written into until then."""

    def __init__(self, error: BaseException, owners: frozenset[Name]) -> None:
        super().__init__(type(error).__name__)
        self.error = error
        self.owners = owners


def blame(error: BaseException, roots: Sequence[Path]) -> Refused | Failed:
    """A failure of the code; or a refusal, where a fresh process might not fail at all."""
    failure = report(error, roots[0])
    if may_be_twice(error) and not _is_raised_in(error, roots):
        return Refused(f"{failure.title} (raised on executing the module a second time; if the file is fine, restart)")

    return Failed(failure)


def may_be_twice(error: BaseException) -> bool:
    """Does it sound as if something were registered for the second time?"""
    text = "".join(format_exception_only(error)).lower()  # an exception's own `str()` may raise
    return any(sign in text for sign in ONLY_TWICE)


def _is_raised_in(error: BaseException, roots: Sequence[Path]) -> bool:
    """Was it raised by the project's own line, and not by a library that it called?"""
    last = error.__traceback__
    while last is not None and last.tb_next is not None:
        last = last.tb_next

    file = Path(last.tb_frame.f_code.co_filename) if last is not None else Path()
    return any(file.is_relative_to(root) for root in roots) and not INSTALLED & set(file.parts)
