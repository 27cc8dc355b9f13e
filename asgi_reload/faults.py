"""What went wrong, as plain data: exceptions with their frames and excerpts of source, the one raised last first.

Bounded in every direction: in frames, in chains and groups, in the length of words and lines. No HTML.
"""

from __future__ import annotations

import linecache
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from .folding import owner_of
from .printable import printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from traceback import FrameSummary, TracebackException

MAX_FAULTS: Final = 20
MAX_FRAMES: Final = 50
MAX_WORDS: Final = 2_000  # characters of what an exception says
MAX_LINE: Final = 300  # characters of a line of source
AROUND: Final = 3  # lines above and below
SECRETS: Final = frozenset({".env", ".pem", ".key"})
"""Endings, or names, of files that no excerpt is shown of."""

Link = Literal["", "cause", "context", "member"]


@dataclass(frozen=True, slots=True)
class Frame:
    """One call. `owner` is the library it belongs to, empty for the project's own. `first` is the number of the first
    line of `source`; `columns` are where in its line it was, 0-based, the end exclusive.
    """

    file: str
    line: int
    name: str
    owner: str
    first: int
    source: tuple[str, ...]
    columns: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class Fault:
    """One exception. `link` says what it is to the one before it; `depth` how far inside of groups; `more`, what of
    frames and members was left out.
    """

    title: str
    notes: str
    frames: tuple[Frame, ...]
    link: Link = ""
    depth: int = 0
    more: int = 0


def faults_of(summary: TracebackException, project: Path) -> tuple[Fault, ...]:
    """The exception with all that led to it, or that it groups."""
    found: list[Fault] = []
    for fault in _walk(summary, project):
        if len(found) == MAX_FAULTS:
            break
        found.append(fault)
    return tuple(found)


def decode(encoded: Mapping[str, Any]) -> Fault:
    """A fault that `asdict` made, once through JSON."""
    frames = tuple(
        Frame(**{**frame, "source": tuple(frame["source"]), "columns": frame["columns"] and tuple(frame["columns"])})
        for frame in encoded["frames"]
    )
    return Fault(**{**encoded, "frames": frames})


def encode(fault: Fault) -> dict[str, Any]:
    return asdict(fault)


def _walk(summary: TracebackException | None, project: Path, link: Link = "", depth: int = 0) -> Iterator[Fault]:
    while summary is not None:
        members = summary.exceptions or ()
        yield _fault(summary, project, link, depth, len(members))
        for member in members[:MAX_FAULTS]:
            yield from _walk(member, project, "member", depth + 1)
        if summary.__cause__ is not None:
            summary, link = summary.__cause__, "cause"
        elif summary.__context__ is not None and not summary.__suppress_context__:
            summary, link = summary.__context__, "context"
        else:
            return


def _fault(summary: TracebackException, project: Path, link: Link, depth: int, members: int) -> Fault:
    said = [line for words in summary.format_exception_only() for line in words.splitlines()]
    at = next((number for number, line in enumerate(said) if line[:1].strip()), 0)
    frames = list(summary.stack)[-MAX_FRAMES:]
    shown = [*(_frame(frame, project) for frame in frames), *_place_in_text(summary, project)]
    more = len(summary.stack) - len(frames) + max(0, members - MAX_FAULTS)
    title = printable(said[at] if said else "an exception without words", MAX_WORDS)
    notes = "\n".join(printable(line, MAX_LINE) for line in said[at + 1 :])[:MAX_WORDS]
    return Fault(title, notes, tuple(reversed(shown)), link, depth, more)


def _place_in_text(summary: TracebackException, project: Path) -> Iterator[Frame]:
    """Where a text is no Python: there is no call, but there is a place."""
    line = getattr(summary, "lineno", None)
    file = getattr(summary, "filename", None)
    if not line or not file:
        return

    start = getattr(summary, "offset", None) or 0
    end = getattr(summary, "end_offset", None) or 0
    columns = (start - 1, max(end, start + 1) - 1) if start > 0 else None
    yield _shown(str(file), int(line), "", columns, project)


def _frame(frame: FrameSummary, project: Path) -> Frame:
    start, end = getattr(frame, "colno", None), getattr(frame, "end_colno", None)
    is_one_line = getattr(frame, "end_lineno", frame.lineno) == frame.lineno
    text = linecache.getline(frame.filename, frame.lineno or 0)
    columns = None
    if start is not None and end is not None and is_one_line:
        columns = (_characters(text, start), _characters(text, end))
    return _shown(frame.filename, frame.lineno or 0, frame.name, columns, project)


def _characters(text: str, offset: int) -> int:
    """Characters in so many bytes of UTF-8."""
    return len(text.encode()[:offset].decode(errors="replace"))


def _shown(filename: str, line: int, name: str, columns: tuple[int, int] | None, project: Path) -> Frame:
    file = Path(filename)
    first = max(1, line - AROUND)
    lines = [] if _is_secret(file) else [linecache.getline(filename, n) for n in range(first, line + AROUND + 1)]
    # A blank for a tab: so that columns stay what they are.
    source = tuple(printable(text.rstrip("\r\n").replace("\t", " "), MAX_LINE) for text in lines if text)
    return Frame(_named(file, project), line, printable(name), owner_of(filename), first, source, columns)


def _is_secret(file: Path) -> bool:
    return bool(SECRETS & {file.suffix, file.name})


def _named(file: Path, project: Path) -> str:
    """Relative to the project, or to the place that libraries are installed in; never with where that is."""
    if file.is_relative_to(project):
        return printable(file.relative_to(project).as_posix())

    return printable("/".join(file.parts[-2:]))
