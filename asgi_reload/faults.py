"""What went wrong, as plain data: exceptions with their frames and excerpts of source, the one raised last first.

Bounded in every direction: in frames, in chains and groups, in the length of words and lines. No HTML.
"""

from __future__ import annotations

import linecache
from dataclasses import dataclass, fields
from itertools import groupby, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from .folding import owner_of
from .hints import hint_of
from .likeness import MAX_FAULTS, MAX_FRAMES
from .printable import printable
from .project import without_place

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from traceback import FrameSummary, TracebackException

    from .editor import Editor
    from .excerpts import Excerpts
    from .highlight import Mark

MAX_WORDS: Final = 2_000  # characters of what an exception says
MAX_LINE: Final = 300  # characters of a note

Link = Literal["", "cause", "context", "member"]


@dataclass(frozen=True, slots=True)
class Frame:
    """One call. `owner` is the library it belongs to, empty for the project's own. `first` is the number of the first
    line of `source`; `columns` are where in its line it was, 0-based, the end exclusive; `marks` are what the parts of
    each line of `source` are. `path` is where the file is, absolute, empty if it is in memory only: no page is told.
    """

    file: str
    line: int
    name: str
    owner: str
    first: int
    source: tuple[str, ...]
    columns: tuple[int, int] | None
    marks: tuple[tuple[Mark, ...], ...] = ()
    path: str = ""


@dataclass(frozen=True, slots=True)
class Fault:
    """One exception. `link` says what it is to the one before it; `depth` how far inside of groups; `more`, how many
    calls were left out because they repeat another; `hint`, what it suggests, which is in neither title nor notes then.
    """

    title: str
    notes: str
    frames: tuple[Frame, ...]
    link: Link = ""
    depth: int = 0
    more: int = 0
    hint: str = ""


SHOWN_OF_FAULT: Final = tuple(one.name for one in fields(Fault) if one.name != "frames")
SHOWN_OF_FRAME: Final = tuple(one.name for one in fields(Frame) if one.name != "path")


def faults_of(summary: TracebackException, project: Path, excerpts: Excerpts) -> tuple[Fault, ...]:
    """The exception with all that led to it, or that it groups."""
    return tuple(islice(_Telling(project, excerpts).walk(summary), MAX_FAULTS))


def decode(encoded: Mapping[str, Any]) -> Fault:
    """A fault that `encode` made, once through JSON."""
    return Fault(**{**encoded, "frames": tuple(map(_decoded, encoded["frames"]))})


def described(fault: Fault, editor: Editor | None = None) -> dict[str, Any]:
    """As a JSON object, for pages of this machine: with links into the editor, and not where files are."""
    frames = [_described(frame, editor) for frame in fault.frames]
    return {**{name: getattr(fault, name) for name in SHOWN_OF_FAULT}, "frames": frames}


def _described(frame: Frame, editor: Editor | None) -> dict[str, Any]:
    column = frame.columns[0] + 1 if frame.columns else 1
    href = editor.href(frame.path, frame.line, column) if editor else ""
    return {**{name: getattr(frame, name) for name in SHOWN_OF_FRAME}, "href": href}


def _decoded(frame: Mapping[str, Any]) -> Frame:
    columns, marks = frame["columns"], frame["marks"]
    pairs = {"columns": columns and tuple(columns), "marks": tuple(tuple(map(tuple, line)) for line in marks)}
    return Frame(**{**frame, "source": tuple(frame["source"]), **pairs})


class _Telling:
    """What has to be known to tell the faults of one report."""

    def __init__(self, project: Path, excerpts: Excerpts) -> None:
        self._project = project
        self._excerpts = excerpts

    def walk(self, summary: TracebackException | None, link: Link = "", depth: int = 0) -> Iterator[Fault]:
        while summary is not None:
            members = summary.exceptions or ()
            yield self._fault(summary, link, depth)
            for member in members:
                yield from self.walk(member, "member", depth + 1)
            if summary.__cause__ is not None:
                summary, link = summary.__cause__, "cause"
            elif summary.__context__ is not None and not summary.__suppress_context__:
                summary, link = summary.__context__, "context"
            else:
                return

    def _fault(self, summary: TracebackException, link: Link, depth: int) -> Fault:
        said = [line for words in summary.format_exception_only() for line in words.splitlines()]
        at = next((number for number, line in enumerate(said) if line[:1].strip()), 0)
        frames = [next(run) for _, run in groupby(summary.stack, lambda frame: (frame.filename, frame.lineno))]
        shown = [*map(self._frame, frames[-MAX_FRAMES:]), *self._place_in_text(summary)]
        more = len(summary.stack) - len(frames[-MAX_FRAMES:])
        first = without_place(said[at], self._project) if said else "an exception without words"
        words = printable(first, MAX_WORDS)
        title, kept, hint = hint_of(words, (printable(line, MAX_LINE) for line in said[at + 1 :]))
        return Fault(title, "\n".join(kept)[:MAX_WORDS], tuple(reversed(shown)), link, depth, more, hint)

    def _place_in_text(self, summary: TracebackException) -> Iterator[Frame]:
        """Where a text is no Python: there is no call, but there is a place."""
        line = getattr(summary, "lineno", None)
        file = getattr(summary, "filename", None)
        if not line or not file:
            return

        start = getattr(summary, "offset", None) or 0
        end = getattr(summary, "end_offset", None) or 0
        columns = (start - 1, max(end, start + 1) - 1) if start > 0 else None
        yield self._shown(str(file), int(line), "", columns)

    def _frame(self, frame: FrameSummary) -> Frame:
        start, end = getattr(frame, "colno", None), getattr(frame, "end_colno", None)
        is_one_line = getattr(frame, "end_lineno", frame.lineno) == frame.lineno
        text = linecache.getline(frame.filename, frame.lineno or 0)
        columns = None
        if start is not None and end is not None:
            columns = (_characters(text, start), _characters(text, end) if is_one_line else len(text.rstrip()))
        return self._shown(frame.filename, frame.lineno or 0, frame.name, columns)

    def _shown(self, filename: str, line: int, name: str, columns: tuple[int, int] | None) -> Frame:
        excerpt = self._excerpts.around(filename, line)
        return Frame(
            file=_named(Path(filename), self._project),
            line=line,
            name=printable(name),
            owner=owner_of(filename),
            first=excerpt.first,
            source=excerpt.source,
            columns=self._excerpts.columns(filename, line, columns),
            marks=excerpt.marks,
            path=_path_of(filename),
        )


def _characters(text: str, offset: int) -> int:
    """Characters in so many bytes of UTF-8."""
    return len(text.encode(errors="surrogatepass")[:offset].decode(errors="replace"))


def _path_of(filename: str) -> str:
    return "" if filename[:1] == "<" else str(Path(filename).absolute())


def _named(file: Path, project: Path) -> str:
    """Relative to the project, or to the place that libraries are installed in; never with where that is."""
    if file.is_relative_to(project):
        return printable(file.relative_to(project).as_posix())

    return printable("/".join(file.relative_to(file.anchor).parts[-2:]))
