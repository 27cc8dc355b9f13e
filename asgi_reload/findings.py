"""What a save says about what is wrong: noted among the problems, or struck out; and what of it pages are told."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, assert_never

from .outcome import Applied, Failed, Refused
from .printable import printable
from .report import Report, report
from .telling import shortened
from .updates import Failure, Patch, Recovered, Reload, Restart

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from .decisions import Decision
    from .outcome import Outcome
    from .problems import Problems
    from .updates import Update

CODE: Final = "code"
STRATEGY: Final = "strategy"
TOLD: Final = "told"
"""Of failures that a strategy of the user's found."""
RESTART: Final = "restart"
SAVES: Final = (CODE, STRATEGY, TOLD, RESTART)


class Findings:
    """Keeps the problems that saves make."""

    def __init__(self, problems: Problems, project: Path) -> None:
        self._problems = problems
        self._project = project
        self._concerns: frozenset[str] = frozenset()

    def told(self, names: Sequence[str], decision: Decision, outcome: Outcome | None) -> Sequence[Update]:
        """Take in what a save of these came to; the steps for pages, which ask for the details of a failure."""
        was_failing = self._is_failing
        where = shortened(names)
        self._note_outcome(outcome, where)
        self._note_strategies(decision, where)
        if not isinstance(outcome, Failed):
            self._note_told(names, decision)
        if any(isinstance(step, Patch | Reload) for step in decision.steps):
            # What the app failed at is asked for anew; what is not healed shows itself again.
            self._problems.clear(*self._problems.of("request"))

        if decision.problems:
            return (*decision.steps, Failure("a strategy failed"))

        return (*decision.steps, Recovered()) if was_failing and not self._is_failing else decision.steps

    @property
    def _is_failing(self) -> bool:
        return any(key in self._problems for key in SAVES)

    def _note_outcome(self, outcome: Outcome | None, where: str) -> None:
        match outcome:
            case None:
                pass
            case Applied():
                self._problems.clear(CODE, RESTART)
            case Refused(reason):
                self._problems.add(RESTART, "restart", Report("restart needed", reason, ""), where)
            case Failed(failure):
                self._problems.add(CODE, "save", failure, where)
            case never:
                assert_never(never)

    def _note_strategies(self, decision: Decision, where: str) -> None:
        if not decision.problems:
            self._problems.clear(STRATEGY)
            return

        said = printable("; ".join(map(str, decision.problems)), 2_000)
        cause = decision.problems[0].__cause__
        found = report(cause, self._project) if cause is not None else Report("", "", "")
        self._problems.add(STRATEGY, "save", replace(found, title="a strategy failed", detail=said), where)

    def _note_told(self, names: Sequence[str], decision: Decision) -> None:
        for step in decision.steps:
            match step:
                case Failure(title, detail, paths):
                    self._concerns = frozenset(paths)
                    self._problems.add(TOLD, "save", Report(title, detail, ""), shortened(paths or names))
                    return
                case Restart(by="", reason=reason, paths=paths):
                    said = Report("restart needed", reason or shortened(paths), "")
                    self._problems.add(RESTART, "restart", said, shortened(paths))
                case _:
                    pass

        if not self._concerns or not self._concerns.isdisjoint(names):
            self._problems.clear(TOLD)
