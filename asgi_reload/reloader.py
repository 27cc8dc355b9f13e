"""The story of a save: batch → decision → pages → record. No ASGI, no files, no processes of its own."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING, Final, Protocol

import anyio

from .printable import printable
from .strategies import PYTHON, decide
from .updates import Failure, Recovered, Restart, name_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from .changes import Batch
    from .strategies import Context, Decision, Plain
    from .updates import Update

logger = logging.getLogger("asgi_reload")

FIRST_RETRY_S: Final = 0.1
LAST_RETRY_S: Final = 5.0
RESTART_WINDOW_S: Final = 1.5


class Watches(Protocol):
    """Where batches come from; may be left and entered again, and then tells what changed meanwhile."""

    def batches(self) -> AsyncIterator[Batch]: ...


class Publishes(Protocol):
    """Where updates go."""

    def publish(self, steps: Sequence[Update]) -> int: ...
    def make_way(self, reason: str, seconds: float) -> None: ...


class Records(Protocol):
    """What remembers it all: times in seconds of `time.monotonic()`."""

    def record(self, seq: int, batch: Batch, names: Sequence[str], decision: Decision, decided: float) -> None: ...


class Reloader:
    """Waits for saves and tells pages what they come to. It goes on whatever happens; `problem` says what did."""

    def __init__(
        self,
        watcher: Watches,
        strategies: Sequence[Plain],
        context: Context,
        channel: Publishes,
        timeline: Records,
    ) -> None:
        self.watcher = watcher
        self.strategies = strategies
        self.context = context
        self.channel = channel
        self.timeline = timeline
        self.problem: str | None = None
        self._failed = False

    async def run(self) -> None:
        """Handle batches until cancelled. A watcher that fails is started again, later and later."""
        delay = FIRST_RETRY_S

        while True:
            try:
                async for batch in self.watcher.batches():
                    delay = FIRST_RETRY_S
                    self.handle(batch)
            except Exception as error:
                self.problem = printable(f"{type(error).__name__}: {error}")
                logger.exception("the watcher failed; the app goes on, watching starts again in %.1f s", delay)
            await anyio.sleep(delay)
            delay = min(delay * 2, LAST_RETRY_S)

    def handle(self, batch: Batch) -> None:
        """Decide, publish, record; then make way for whoever restarts the server."""
        decision = decide(self.strategies, batch, self.context)
        decided = time.monotonic()
        seq = self.channel.publish(self._with_failure(decision))

        self.timeline.record(seq, batch, [self.context.name(change) for change in batch], decision, decided)
        self._tell(decision)

        if self.context.restarter is not None and batch.with_suffix(PYTHON):
            # Open streams hold up the server that is about to be replaced. Where the restart does not come after all
            # (a file that its reloader ignores), pages may connect again.
            self.channel.make_way(f"{self.context.restarter} restarts the server", RESTART_WINDOW_S)

    def _with_failure(self, decision: Decision) -> Sequence[Update]:
        if decision.problems:
            self._failed = True
            return (*decision.steps, Failure("a strategy failed", "\n".join(map(str, decision.problems))))

        recovered = (Recovered(),) if self._failed else ()
        self._failed = False
        return (*decision.steps, *recovered)

    def _tell(self, decision: Decision) -> None:
        for problem in decision.problems:
            logger.error("%s", problem, exc_info=problem.__cause__)

        for step in decision.steps:
            paths = printable(", ".join(step.paths))
            match step:
                case Restart():
                    logger.warning("%s", printable(step.reason))
                case _:
                    logger.info("%s: %s", name_of(step), paths)
