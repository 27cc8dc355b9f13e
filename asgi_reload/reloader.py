"""The story of a save: batch → outcome → decision → pages → record. No ASGI, no files, no processes of its own."""

from __future__ import annotations

import logging
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Final, Protocol

import anyio
from anyio.lowlevel import checkpoint

from .changes import Batch
from .decisions import Decision, decide, unasked
from .findings import Findings
from .outcome import Applied, Failed, Refused
from .printable import printable
from .project import saved_at
from .strategies import PYTHON
from .telling import story, with_traceback
from .timeline import Stages
from .updates import Patch, Reload, Restart, merge

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Sequence

    from .changes import Change
    from .outcome import Outcome
    from .problems import Problems
    from .strategies import Context, Plain
    from .updates import Update

logger = logging.getLogger("asgi_reload")

FIRST_RETRY_S: Final = 0.1
LAST_RETRY_S: Final = 5.0
RESTART_WINDOW_S: Final = 1.5
MAX_STATS: Final = 64


class Watches(Protocol):
    """Where batches come from; may be left and entered again, and then tells what changed meanwhile."""

    def batches(self) -> AsyncIterator[Batch]: ...


class Applies(Protocol):
    """What makes edits of the server's own code live in this process."""

    def concerns(self, batch: Batch) -> tuple[Change, ...]: ...
    def refresh(self, batch: Batch) -> None: ...
    async def apply(self, changes: Iterable[Change]) -> Outcome: ...


class Publishes(Protocol):
    """Where updates go."""

    generation: int

    def publish(self, steps: Sequence[Update], written: int = 0) -> int: ...
    def make_way(self, reason: str, seconds: float) -> None: ...


class Records(Protocol):
    """What remembers it all: times in seconds of `time.monotonic()`."""

    def record(
        self,
        seq: int,
        batch: Batch,
        names: Sequence[str],
        decision: Decision,
        line: str,
        stages: Stages,
        outcome: Outcome | None = None,
    ) -> None: ...


class Reloader:
    """Waits for saves and tells pages what they come to. It goes on whatever happens; `problem` says what did.

    engine: makes Python edits live; None where that is left to somebody else.
    """

    def __init__(
        self,
        watcher: Watches,
        strategies: Sequence[Plain],
        context: Context,
        channel: Publishes,
        timeline: Records,
        problems: Problems,
        engine: Applies | None = None,
    ) -> None:
        self.watcher = watcher
        self.strategies = strategies
        self.context = context
        self.channel = channel
        self.timeline = timeline
        self.engine = engine
        self.problem: str | None = None
        self._findings = Findings(problems, context.project)
        self._paused: anyio.Event | None = None

    async def run(self) -> None:
        """Handle batches until cancelled. A watcher that fails is started again, later and later."""
        delay = FIRST_RETRY_S

        while True:
            try:
                async for batch in self.watcher.batches():
                    delay = FIRST_RETRY_S
                    while (paused := self._paused) is not None:
                        await paused.wait()
                    await self.handle(batch)
            except Exception as error:
                self.problem = printable(f"{type(error).__name__}: {error}")
                logger.exception("the watcher failed; the app goes on, watching starts again in %.1f s", delay)
            await anyio.sleep(delay)
            delay = min(delay * 2, LAST_RETRY_S)

    @property
    def is_paused(self) -> bool:
        return self._paused is not None

    def pause(self) -> None:
        """Let batches wait until `resume`."""
        self._paused = self._paused or anyio.Event()

    def resume(self) -> None:
        if self._paused is not None:
            self._paused.set()
        self._paused = None

    async def handle(self, batch: Batch) -> None:
        """Make it live, decide, publish, record; then make way for whoever restarts the server."""
        began = time.monotonic()
        context = await self._applied(batch)
        applied = time.monotonic()
        decision = _with_patch(decide(self.strategies, self._telling(batch, context), context), context)
        stages = Stages(applied, time.monotonic())
        names = [context.name(change) for change in batch]
        seq = self.channel.publish(self._findings.told(names, decision, context.outcome), _written(batch))
        await self._refresh(batch)

        line = story(names, decision, context.outcome, (time.monotonic() - began) * 1000)
        self.timeline.record(seq, batch, names, decision, line, stages, context.outcome)
        self._say(line, decision, context.outcome)

        if context.restarter is not None and batch.with_suffix(PYTHON):
            # Open streams hold up the server that is about to be replaced. Where the restart does not come after all
            # (a file that its reloader ignores), pages may connect again.
            self.channel.make_way(f"{context.restarter} restarts the server", RESTART_WINDOW_S)

    def tell(self, outcome: Outcome) -> None:
        """What runs has become another, or has failed, without a save."""
        if isinstance(outcome, Applied):
            self.channel.generation += 1

        now = time.monotonic()
        decision = Decision((unasked(outcome),))
        seq = self.channel.publish(self._findings.told([], decision, outcome))
        line = story([], decision, outcome, outcome.ms.get("all") if isinstance(outcome, Applied) else None)
        self.timeline.record(seq, Batch((), now, now), [], decision, line, Stages(now, now), outcome)
        self._say(line, decision, outcome)

    def ask(self, reason: str) -> None:
        """Have all pages load themselves anew, though nothing was saved."""
        now = time.monotonic()
        decision = Decision((Reload((), reason),))
        line = story([], decision, None, None)
        self.timeline.record(
            self.channel.publish(decision.steps), Batch((), now, now), [], decision, line, Stages(now, now)
        )
        self._say(line, decision, None)

    async def _applied(self, batch: Batch) -> Context:
        """The context of this batch, with what came of its edits of the server's own code."""
        if self.engine is None:
            return self.context

        edits = self.engine.concerns(batch)
        if not edits:
            return self.context

        outcome = await self.engine.apply(edits)
        if isinstance(outcome, Applied) and outcome.rung != "nothing":
            self.channel.generation += 1

        return replace(self.context, edits=edits, outcome=outcome)

    async def _refresh(self, batch: Batch) -> None:
        """Make libraries read the files again, while pages are on their way to ask: they are answered after that."""
        if self.engine is not None:
            await checkpoint()
            self.engine.refresh(batch)

    def _telling(self, batch: Batch, context: Context) -> Batch:
        """What pages may have to be told: less the code that means the same as before."""
        if isinstance(context.outcome, Applied) and context.outcome.rung == "nothing":
            return batch.without(c for c in context.edits if c.suffix in PYTHON and context.is_loaded(c.path))

        return batch

    def _say(self, line: str, decision: Decision, outcome: Outcome | None) -> None:
        for problem in decision.problems:
            logger.error("%s", problem, exc_info=problem.__cause__)

        logger.log(_level(decision, outcome), "%s", with_traceback(line, outcome))


def _written(batch: Batch) -> int:
    """When the last of the files was, ms since 1970: a page whose own requests write files can tell by that."""
    return int(max((saved_at(str(change.path)) for change in batch.changes[:MAX_STATS]), default=0.0) * 1000)


def _with_patch(decision: Decision, context: Context) -> Decision:
    """Whatever a save was told as: what code made of it may show in any page."""
    outcome = context.outcome

    if not isinstance(outcome, Applied) or outcome.rung == "nothing":
        return decision

    names = tuple(context.name(change) for change in context.edits)
    return replace(decision, steps=merge((Patch(names, f"{names[0]}: {outcome.rung}"), *decision.steps)))


def _level(decision: Decision, outcome: Outcome | None) -> int:
    if isinstance(outcome, Failed):
        return logging.ERROR

    needs_somebody = isinstance(outcome, Refused) or any(isinstance(step, Restart) for step in decision.steps)
    return logging.WARNING if needs_somebody else logging.INFO
