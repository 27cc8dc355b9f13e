"""The workers of one site: who answers, who is coming, who drains.

It knows no files, no pages, and no way to make a process; what a save means is decided elsewhere.
"""

from __future__ import annotations

import logging
import time
from contextlib import asynccontextmanager, nullcontext
from typing import TYPE_CHECKING, Any, Final

import anyio

from ..errors import NoApp, NoWorker, SettingError
from ..folding import folded
from ..outcome import Applied, Failed
from ..report import Report
from .expectation import Expectation
from .guarded import Guarded
from .recruiting import at_rest, dismissed, recruited, started
from .remote import Remote
from .succession import Succession

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Coroutine, Sequence

    from ..engines.lifespans import Receive, Send
    from ..outcome import Outcome
    from .launching import Launcher
    from .plan import WorkerPlan

LAST_CHANCE_S: Final = 0.2  # of workers that have used up their time, at the end of it all

logger = logging.getLogger("asgi_reload")


class Crew:
    """Keeps one worker at work, whatever becomes of it.

    plans: what the next worker is told, made anew for each. stop: seconds that calls and the app's shut-down have.
    """

    def __init__(self, plans: Callable[[], WorkerPlan], launcher: Launcher, *, drain: float, stop: float) -> None:
        self.current: Remote | None = None
        self.failure: Report | None = None
        self.is_refused = False
        self.on_change: Callable[[Outcome], None] = lambda outcome: None
        self.on_failed_start: Callable[[Report], None] = lambda report: None
        self.on_taken_over: Callable[[Remote], None] = lambda worker: None
        self.chores: list[Callable[[], Coroutine[Any, Any, None]]] = []
        self.succession = Succession(self)
        self.launcher = launcher
        self.plans = plans
        self._drain = drain
        self._stop = stop
        self._all: set[Remote] = set()
        self._turn = anyio.Lock()
        self._opened = anyio.Event()
        self._tasks = Guarded()
        self.expectation = Expectation()
        self.tried = 0.0

    # the server's side

    async def live(self, receive: Receive, send: Send) -> None:
        """Be at work between start-up and shut-down, as the ASGI specification has them in its lifespan protocol."""
        await receive()
        async with anyio.create_task_group() as group:
            self._tasks.group = group
            self._opened.set()
            self._tasks.begin(self._begin)
            for chore in (self.succession.run, *self.chores):
                self._tasks.begin(chore)
            try:
                await send({"type": "lifespan.startup.complete"})
                await receive()
            finally:
                self._tasks.group = None  # nobody comes any more
                with anyio.CancelScope(shield=True):
                    await self._end()
                group.cancel_scope.cancel()
        await send({"type": "lifespan.shutdown.complete"})

    async def _begin(self) -> None:
        outcome = await self.replace("start")
        self.expectation.met()
        if isinstance(outcome, Failed) and self._tasks.group is not None:
            logger.error("the app does not start: %s\n%s", outcome.report.title, folded(outcome.report.traceback))
            self.on_failed_start(outcome.report)

    async def _end(self) -> None:
        self.current = None
        with anyio.move_on_after(self._stop * 2 + LAST_CHANCE_S):
            async with anyio.create_task_group() as group:
                for worker in tuple(self._all):
                    worker.caller.disconnect()
                    group.start_soon(worker.stop, self._stop)
        await self.launcher.close()

    # who answers

    async def first(self) -> Remote:
        """The worker that is there, or the first that comes."""
        while (worker := self.answering) is None:
            await self.expectation.change()
        return worker

    @property
    def answering(self) -> Remote | None:
        """The current worker, unless it has just ended: calls wait for its successor."""
        return None if self.current is None or self.current.is_gone else self.current

    @property
    def is_expecting(self) -> bool:
        """Is somebody about to come?"""
        return self.expectation.coming > 0 or (self.current is not None and self.current.is_gone)

    async def launched(self, plan: WorkerPlan) -> Remote:
        """A new worker that begins to import; it is looked after until it is gone."""
        await self._opened.wait()
        if self._tasks.group is None:
            raise NoWorker(Report("the server stops", "", ""))

        try:
            worker = await Remote.launched(self.launcher, plan, lambda: self.restart("the app asked for it"))
        except OSError as error:
            raise NoWorker(Report(f"no worker can be started: {error}", "", "")) from error
        self._all.add(worker)
        self._tasks.begin(self._look_after, worker)
        return worker

    async def replace(self, reason: str, successor: Remote | None = None) -> Outcome:
        """A new worker takes over; a failure changes nothing. Raises nothing but cancellation.

        successor: one that is launched already.
        """
        began = time.perf_counter()
        try:
            with self.expectation.one():
                worker = await self._replaced(successor)
        except NoWorker as failed:
            self.is_refused = isinstance(failed, NoApp)
            return self.fail(failed.report)
        except SettingError as error:
            return self.fail(Report(str(error), "", ""))

        loaded = worker.loaded
        ms = {"import": loaded.ms if loaded else 0.0, "all": (time.perf_counter() - began) * 1000}
        return Applied("new worker", (), reason, lifespan=True, ms=ms)

    async def _replaced(self, successor: Remote | None) -> Remote:
        async with self._turn:
            self.tried = time.monotonic()
            plan = self.plans()
            room = self._room_made if plan.lifespan == "sequential" else nullcontext
            if successor is not None:
                worker = await started(successor, room)
            else:
                worker = await recruited(lambda: self.launched(plan), room, self.launcher.refused)
            self._take_over(worker)
        return worker

    async def replace_and_tell(self, reason: str) -> None:
        """The same, where no save has asked for it: pages are told."""
        self.on_change(await self.replace(reason))

    def fail(self, report: Report) -> Failed:
        """Remember why nobody is there, for those who ask."""
        self.failure = report
        if self.answering is None:
            self.current = None
        return Failed(report, serves=self.answering is not None)

    @asynccontextmanager
    async def _room_made(self) -> AsyncIterator[None]:
        """Callers wait while neither of two workers can answer, since their apps cannot both be started."""
        before = self.current
        if before is None:
            yield
            return

        self.current = None
        try:
            async with at_rest(before):
                yield
        except BaseException:
            self.current = None if before.is_gone else before
            raise
        self._tasks.begin(dismissed, before, self._drain, self._stop)

    def _take_over(self, worker: Remote) -> None:
        """Let a started worker answer all new calls, and the one before drain."""
        old, self.current = self.current, worker
        self.failure = None
        self.expectation.say()
        self.on_taken_over(worker)
        if old is not None:
            self._tasks.begin(dismissed, old, self._drain, self._stop)

    async def _look_after(self, worker: Remote) -> None:
        try:
            await worker.run()
        finally:
            self._all.discard(worker)
            with anyio.CancelScope(shield=True):
                await self._mourn(worker)

    async def _mourn(self, worker: Remote) -> None:
        died = time.monotonic()
        words = await worker.ending()
        worker.kill()  # what it has started goes with it
        if worker is self.current:
            self._tasks.begin(self.succession.crashed, worker, words, died)

    def warm_up(self, libraries: Sequence[str]) -> None:
        """Have the standby import these, when nobody waits."""
        self._tasks.begin(self.launcher.warm_up, libraries)

    def restart(self, reason: str = "asked for") -> None:
        """A new worker, because somebody wants one. May be called outside of any task."""
        self.succession.wish(reason)

    def status(self) -> dict[str, Any]:
        """Who is there, as a JSON object."""
        return {
            "current": None if self.answering is None else self.answering.life.pid,
            "coming": self.is_expecting,
            "all": len(self._all),
            "crashes": self.succession.backoff.crashes,
            "failure": None if self.failure is None else self.failure.title,
            "standby": self.launcher.status(),
        }
