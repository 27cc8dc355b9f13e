"""What a save came to, in one line for the terminal: what, which rung, why, how long; a traceback stands below it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, assert_never

from .folding import folded
from .outcome import Applied, Failed, Refused
from .printable import printable
from .updates import Failure, Patch, Recovered, Reload, Restart, name_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .decisions import Decision
    from .outcome import Outcome
    from .updates import Update

MAX_NAMES: Final = 3
MAX_LINE: Final = 500
NOTHING: Final = "nothing to do"
SAME: Final = "the code is the same"


def story(names: Sequence[str], decision: Decision, outcome: Outcome | None, ms: float | None) -> str:
    """The line. names: of what was saved, none where nothing was; ms: how long it took, None where nobody knows."""
    what = f"{shortened(names)}: " if names else ""
    said = [] if outcome is None else [_of_code(outcome, is_save=bool(names))]
    told = [words for step in decision.steps for words in _of_pages(step, is_said=outcome is not None)]
    # That the code is the same matters where it is all there is to say.
    parts = [words for words in (*said, *told) if words != SAME] or said or [NOTHING]
    took = "" if ms is None else f", {ms:.0f} ms"
    return printable(f"{what}{'; '.join(parts)}", MAX_LINE) + took


def with_traceback(line: str, outcome: Outcome | None) -> str:
    """The line, and below it how it came to a failure."""
    match outcome:
        case Failed(report) if report.traceback:
            return "\n".join((line, *map(printable, folded(report.traceback).splitlines())))
        case _:
            return line


def _of_code(outcome: Outcome, *, is_save: bool) -> str:
    match outcome:
        case Applied(rung="nothing"):
            return SAME
        case Applied():
            again = ", and the lifespan" if outcome.lifespan and outcome.modules else ""
            where = ", ".join(outcome.modules) or ("the lifespan" if outcome.lifespan else "in place")
            rung = outcome.rung if outcome.rung == "new worker" else f"{outcome.rung} {where}"
            return f"{rung} ({outcome.reason}{again})" if outcome.reason or again else rung
        case Refused(reason):
            return f"restart needed: {reason}"
        case Failed(report, serves) if is_save:
            return f"not applied, {'the last good version serves on' if serves else 'nobody serves'}: {report.title}"
        case Failed(report):
            return report.title
        case never:
            assert_never(never)


def _of_pages(step: Update, *, is_said: bool) -> Iterator[str]:
    """`is_said`: what came of the code has more words for what pages are told of it."""
    match step:
        case Patch() | Restart() | Failure() if is_said:
            return
        case Restart(reason=reason):
            yield reason or "restart needed"
        case Failure(title=title):
            yield title
        case Reload(reason=str(reason)) if reason:
            yield f"reload ({reason})"
        case Recovered():
            yield "works again"
        case _:
            yield name_of(step)


def shortened(names: Sequence[str]) -> str:
    """A few of them, and how many more there are."""
    more = len(names) - MAX_NAMES
    return ", ".join(names[:MAX_NAMES]) + (f" and {more} more" if more > 0 else "")
