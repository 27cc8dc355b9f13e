"""New workers that no save has asked for: after a crash, and because somebody wishes for one."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import anyio

from ..outcome import Failed
from ..report import Report
from .backoff import Backoff

if TYPE_CHECKING:
    from .crew import Crew
    from .remote import Remote

logger = logging.getLogger("asgi_reload")


class Succession:
    """Sees to it that a crew has a worker."""

    def __init__(self, crew: Crew) -> None:
        self.backoff = Backoff()
        self._crew = crew
        self._wish = ""
        self._wished = anyio.Event()

    def wish(self, reason: str) -> None:
        """Somebody wants a new worker. May be called outside of any task."""
        self.backoff.reset()
        self._wish = reason
        self._wished.set()

    async def run(self) -> None:
        """Grant wishes until cancelled: one new worker for all of them until it has come."""
        while True:
            await self._wished.wait()
            self._wished = anyio.Event()
            await self._crew.replace_and_tell(self._wish)

    async def crashed(self, worker: Remote, words: str, died: float) -> None:
        """The worker that answered has ended by itself; `words` say how. Its successor comes at once, or later.

        died: when, by `time.monotonic()`. A save may have brought a successor since, or have tried to.
        """
        delay = self.backoff.crashed(died - worker.born)
        report = Report(f"the worker has ended: {words}", "", "")
        logger.error("%s; a new one starts %s", report.title, f"in {delay:g} s" if delay else "at once")
        if delay:
            self._crew.fail(report)
            self._crew.on_change(Failed(report))
            await anyio.sleep(delay)

        while self._crew.expectation.coming:
            await self._crew.expectation.change()
        if self._crew.answering is None and self._crew.tried < died:
            await self._crew.replace_and_tell("the one before has ended")
