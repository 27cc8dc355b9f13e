"""Where calls arrive, to be handed to the worker that answers. Where nobody is there yet they wait, within bounds."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

import anyio

from ..engines.gate import Gate
from ..errors import AppFailed, NoWorker
from ..report import Report

if TYPE_CHECKING:
    from ..engines.lifespans import Receive, Scope, Send
    from .crew import Crew
    from .remote import Remote

HOLD_S: Final = 2.0
"""A request waits no longer than this for a new worker while the old one still serves."""
WAIT_S: Final = 20.0
"""A request waits no longer than this where nobody serves yet."""
RETRY_S: Final = 1.0
NAVIGATION: Final = (b"sec-fetch-mode", b"navigate")
STARTING: Final = Report("the app is still starting", f"for more than {WAIT_S:.0f} s", "")


class Reception:
    """The app that a server sees in place of the user's."""

    def __init__(self, crew: Crew) -> None:
        self.gate = Gate(HOLD_S)
        self._crew = crew

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._crew.live(receive, send)
            return

        if not self.gate.is_open:
            await self.gate.opened()
        worker = self._crew.answering or await self._someone(scope)
        try:
            await worker.caller(scope, receive, send)
        except AppFailed as failed:
            if self._crew.launcher.refused(failed.report.title):
                self._crew.restart("what it lives in is not enough for it")
            raise

    async def _someone(self, scope: Scope) -> Remote:
        """Wait for who is coming. Raises NoWorker where nobody comes, or not in time."""
        crew = self._crew
        with anyio.move_on_after(WAIT_S):
            while crew.answering is None and crew.is_expecting:
                await crew.expectation.change()

        if crew.answering is not None:
            return crew.answering
        if crew.is_expecting:
            raise NoWorker(STARTING)
        if _is_navigation(scope) and time.monotonic() - crew.tried > RETRY_S:
            # Somebody looks at the failure, and its cause may be gone: a database is up, a package installed.
            crew.restart("it starts now")
        raise NoWorker(crew.failure or STARTING)


def _is_navigation(scope: Scope) -> bool:
    return scope["type"] == "http" and NAVIGATION in [tuple(pair) for pair in scope["headers"]]
