"""An exception as a report that people can read: what, where, and the traceback. Knows no HTML and no web."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from itertools import dropwhile
from pathlib import Path
from traceback import TracebackException
from typing import TYPE_CHECKING, Any, Final, cast

from .errors import Reported
from .excerpts import Excerpts
from .faults import Fault, decode, described, faults_of
from .fitting import MAX_LINE, fit
from .likeness import likeness
from .printable import printable
from .project import INSTALLED, OURS
from .words import attribute

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from traceback import FrameSummary

    from .editor import Editor

MAX_TRACEBACK: Final = 64 * 1024  # characters


@dataclass(frozen=True, slots=True)
class Report:
    """What failed, in one line; where in the user's own files, in another; the traceback, ≤ 64 Ki characters; and the
    same as data.
    """

    title: str
    detail: str
    traceback: str
    faults: tuple[Fault, ...] = field(default=(), repr=False)

    def encode(self) -> dict[str, Any]:
        """As a JSON object, for ourselves."""
        return asdict(self)

    def described(self, editor: Editor | None = None) -> dict[str, Any]:
        """As a JSON object for pages and programs of this machine, with links into the editor."""
        faults = [described(fault, editor) for fault in self.faults]
        return {"title": self.title, "detail": self.detail, "traceback": self.traceback, "faults": faults}

    @classmethod
    def decode(cls, encoded: Mapping[str, Any]) -> Report:
        """What `encode` made, once through JSON. Raises KeyError or TypeError for anything else."""
        return cls(encoded["title"], encoded["detail"], encoded["traceback"], faults=_decoded(encoded["faults"]))


def report(error: BaseException, project: Path) -> Report:
    """The report of an exception, whatever it is and holds: never raises, and waits for its words ≤ 0.1 s."""
    if issubclass(type(error), Reported):  # its own word for what it is would be user code
        return cast("Reported", error).report

    try:
        return _report(likeness(error), project)
    except Exception as failure:
        # What cannot be told is still a failure, and of what kind is known.
        kinds = [attribute(type, "__qualname__", type(one)) for one in (error, failure)]
        return Report("{}: <cannot be told: {}>".format(*kinds), "", "")


def _report(error: BaseException, project: Path) -> Report:
    summary = TracebackException.from_exception(error, lookup_lines=False, compact=True)
    excerpts = Excerpts(project)
    summary.stack[:] = _from_theirs(summary.stack)
    fit(summary, excerpts)
    faults = faults_of(summary, project, excerpts)
    lines = "".join(summary.format()).splitlines()
    traceback = _shortened("\n".join(printable(line, MAX_LINE) for line in lines))
    return Report(printable(faults[0].title), _where(error, summary, project), traceback, faults)


def _decoded(faults: Sequence[Mapping[str, Any]]) -> tuple[Fault, ...]:
    return tuple(map(decode, faults))


def _from_theirs(stack: Sequence[FrameSummary]) -> list[FrameSummary]:
    """The frames from the first on that is not ours: how we came to execute their code says nothing to them."""
    return list(dropwhile(lambda frame: Path(frame.filename).is_relative_to(OURS) or _is_frozen(frame), stack))


def _is_frozen(frame: FrameSummary) -> bool:
    return frame.filename.startswith("<frozen ")


def _where(error: BaseException, summary: TracebackException, project: Path) -> str:
    if isinstance(error, SyntaxError) and error.filename:
        return f"{_relative(error.filename, project)}, line {error.lineno or '?'}"

    own = [frame for frame in summary.stack if _is_own(frame, project)]
    frame = own[-1] if own else (summary.stack[-1] if summary.stack else None)
    return "" if frame is None else f"{_relative(frame.filename, project)}, line {frame.lineno}, in {frame.name}"


def _is_own(frame: FrameSummary, project: Path) -> bool:
    file = Path(frame.filename)
    return file.is_relative_to(project) and not INSTALLED & set(file.parts)


def _relative(filename: str, project: Path) -> str:
    file = Path(filename)
    return file.relative_to(project).as_posix() if file.is_relative_to(project) else file.name


def _shortened(text: str) -> str:
    # The end of a traceback is the part that people read.
    return text if len(text) <= MAX_TRACEBACK else f"…\n{text[-MAX_TRACEBACK + 2 :]}"
