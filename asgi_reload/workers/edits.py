"""What a save of code makes of a crew: an edit in place, or a new worker. The engine that a reloader sees."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import anyio

from ..errors import WorkerGone
from ..outcome import Applied, Failed, Refused
from .concerns import Concerns
from .newer import Newer

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from ..changes import Batch, Change
    from ..command import Mode
    from ..engines.gate import Gate
    from ..outcome import Outcome
    from .audit import Audit
    from .crew import Crew
    from .dialogue import Knows
    from .remote import Remote

APPLY_S: Final = 30.0
IN_PLACE_S: Final = 2.0
"""What an edit in place has to itself: to be overtaken by the next save would cost it the process."""
OWED_S: Final = 1.0
UNREADABLE: Final = frozenset({"SyntaxError", "IndentationError", "TabError"})
NEWER: Final = Applied("nothing", reason="another save came meanwhile")


class Edits:
    """Makes saves live, by the smallest step that is right."""

    def __init__(
        self, crew: Crew, gate: Gate, mode: Mode, *, env_file: Path | None = None, audit: Audit | None = None
    ) -> None:
        self.newer = Newer()
        self._crew = crew
        self._gate = gate
        self._mode = mode
        self._env_file = env_file
        self._audit = audit
        self._is_owed = False

    def concerns(self, batch: Batch) -> tuple[Change, ...]:
        concerns = Concerns(self._mode, self._knows, self._env_file)
        return tuple(change for change in batch if self._is_owed or concerns(change))

    def refresh(self, batch: Batch) -> None:
        if self._mode == "hot" and self._crew.current is not None:
            self._crew.current.refresh(batch)

    def files(self) -> Iterable[str]:
        return () if self._knows is None else self._knows.files

    async def prepare(self) -> Sequence[str]:
        worker = await self._crew.first()
        return (await worker.until_prepared()).doubts

    def close(self) -> None:
        pass

    async def apply(self, changes: Iterable[Change]) -> Outcome:
        """Make changes live. Raises nothing but cancellation; requests that come meanwhile wait, within bounds."""
        made = tuple(changes)
        self._crew.succession.backoff.reset()
        async with self._gate.holding():
            if self._audit is not None:
                await self._audit.give_way()
            with self._crew.expectation.one():
                outcome = await self._applied(made)

        self._is_owed = outcome is None
        return NEWER if outcome is None else outcome

    async def pay(self) -> None:
        """For as long as the crew is at work: a save that was given up for another which never came is made live."""
        while True:
            await anyio.sleep(OWED_S)
            if self._is_owed and not self.newer.is_there():
                self._is_owed = False
                await self._crew.replace_and_tell("a save was interrupted")

    async def _applied(self, changes: Sequence[Change]) -> Outcome | None:
        """None if a newer save has made this one needless."""
        worker = self._crew.current
        if self._mode != "hot" or worker is None or self._is_owed or any(c.path == self._env_file for c in changes):
            return await self._replaced(_why(changes))

        try:
            with anyio.fail_after(APPLY_S):
                outcome = await self.newer.unless(lambda: worker.apply(changes), IN_PLACE_S)
        except WorkerGone:
            return await self._replaced("the one before has ended")
        except TimeoutError:
            return await self._replaced(f"the one before did not answer for {APPLY_S:.0f} s")

        return await self._or_a_clean_one(outcome, worker)

    async def _replaced(self, reason: str) -> Outcome | None:
        return await self.newer.unless(lambda: self._crew.replace(reason))

    async def _or_a_clean_one(self, outcome: Outcome | None, worker: Remote) -> Outcome | None:
        match outcome:
            case None:
                return None
            case Applied():
                if self._audit is not None:
                    self._audit.schedule(worker)  # "nothing" is to be proved as well
                return outcome
            case Refused(reason):
                return await self._replaced(reason)
            case Failed(report) if report.title.partition(":")[0] in UNREADABLE:
                return outcome
            case Failed(report):
                return await self._replaced(f"in place it failed, {report.title}")

    @property
    def _knows(self) -> Knows | None:
        return None if self._crew.current is None else self._crew.current.knows


def _why(changes: Sequence[Change]) -> str:
    more = f" and {len(changes) - 1} more" if len(changes) > 1 else ""
    return f"{changes[0].path.name}{more} {changes[0].kind}"
