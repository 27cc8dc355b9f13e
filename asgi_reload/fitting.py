"""A traceback's summary, made fit to be shown: no line of a file that is closed to people, none that is without end."""

from __future__ import annotations

import linecache
from traceback import FrameSummary
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator
    from traceback import TracebackException

    from .excerpts import Excerpts

MAX_LINE: Final = 2_000
"""Characters of a line that Python looks for the place in; that takes longer than reading it."""
MAX_LINES: Final = 50
"""Lines of one statement that it does so in."""


def fit(summary: TracebackException, excerpts: Excerpts) -> None:
    """Replace the frames of the summary, and of all that belong to it, that cannot be shown as they are."""
    for one in _all(summary):
        one.stack[:] = [_fitting(frame, excerpts) for frame in one.stack]
        if getattr(one, "text", None) and not excerpts.is_open(one.filename or ""):
            one.text = ""


def _all(summary: TracebackException | None) -> Iterator[TracebackException]:
    seen: set[int] = set()
    waiting = [summary]
    while waiting:
        one = waiting.pop()
        if one is not None and id(one) not in seen:
            seen.add(id(one))
            yield one
            waiting += [one.__cause__, one.__context__, *(one.exceptions or ())]


def _fitting(frame: FrameSummary, excerpts: Excerpts) -> FrameSummary:
    number = frame.lineno or 0
    if not excerpts.is_open(frame.filename):
        return FrameSummary(frame.filename, number, frame.name, lookup_line=False, line="")

    line = linecache.getline(frame.filename, number)
    lines = (getattr(frame, "end_lineno", None) or number) - number
    if len(line) <= MAX_LINE and lines <= MAX_LINES:
        return frame

    return FrameSummary(frame.filename, number, frame.name, lookup_line=False, line=line.strip()[:MAX_LINE])
