"""Proof of an edit in place: when things are quiet, a clean process imports the project, and both are compared.

If they disagree, the clean one takes over: it is imported already. The next save ends an audit that is under way.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import anyio

from ..engines.comparing import disagreements
from ..errors import NoWorker, SettingError, WorkerGone
from ..printable import printable

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..engines.fingerprint import Fingerprint
    from .crew import Crew
    from .remote import Remote

QUIET_S: Final = 1.0
BUSY_S: Final = 5.0
"""Calls in flight put an audit off for so long at most; some never end."""
MAX_NAMED: Final = 5

logger = logging.getLogger("asgi_reload")


class Pair(NamedTuple):
    """The worker and a clean process, at the same time."""

    living: Fingerprint
    clean: Fingerprint


class Audit:
    """Audits the current worker of a crew. on_verdict: hears where it was found to differ; empty if nowhere."""

    def __init__(self, crew: Crew) -> None:
        self.on_verdict: Callable[[list[str]], None] = lambda differences: None
        self._crew = crew
        self._due = anyio.Event()
        self._worker: Remote | None = None
        self._before: Pair | None = None
        self._running: anyio.CancelScope | None = None
        self._idle = anyio.Event()
        self._counts = {"agreed": 0, "differed": 0}

    def schedule(self, worker: Remote) -> None:
        """This worker has been changed, or has just come; the latest call counts."""
        if worker is not self._worker:
            self._worker, self._before = worker, None
        self._due.set()

    async def give_way(self) -> None:
        """A save comes first. What is under way is given up; it will be due again. Only a takeover is waited for."""
        if self._running is not None:
            self._running.cancel()
            await self._idle.wait()

    def status(self) -> dict[str, Any]:
        return {**self._counts, "due": self._due.is_set(), "compared": self._before is not None}

    async def run(self) -> None:
        """Audit whenever it is due, until cancelled."""
        while True:
            await self._due.wait()
            self._due = anyio.Event()
            self._idle = anyio.Event()
            try:
                with anyio.CancelScope() as self._running:
                    await anyio.sleep(QUIET_S)
                    if self._worker is not None and self._worker is self._crew.current:
                        await self._audited(self._worker)
            except Exception:
                logger.exception("an audit failed; the app goes on")
            finally:
                self._running = None
                self._idle.set()

    async def _audited(self, worker: Remote) -> None:
        try:
            await worker.until_prepared()
            await worker.caller.idle(BUSY_S)
            auditor = await self._crew.launched(self._crew.plans().as_audit())
        except (NoWorker, WorkerGone):
            return
        except SettingError as error:
            logger.warning("the edit is not proved: %s", printable(str(error)))
            return

        try:
            await auditor.until_loaded()
            clean = await auditor.fingerprint()
            pair = Pair(await worker.fingerprint(), clean)
            await self._judge(pair, auditor)
        except NoWorker as failed:
            logger.warning("a clean process does not import the project: %s", printable(failed.report.title))
        except WorkerGone:
            pass  # the one or the other has ended; who is there next is audited anew
        finally:
            if auditor is not self._crew.current:
                auditor.kill()

    async def _judge(self, pair: Pair, auditor: Remote) -> None:
        before, self._before = self._before, pair
        if before is None:
            return  # nothing was changed yet: this is what there is to compare with

        found = disagreements(*before, *pair)
        self._counts["differed" if found else "agreed"] += 1
        self.on_verdict(found)
        if found:
            await self._replace(auditor, found)

    async def _replace(self, auditor: Remote, found: list[str]) -> None:
        shown = "; ".join(found[:MAX_NAMED])
        logger.warning("a clean process takes over, the edit in place had come to something else: %s", printable(shown))
        with anyio.CancelScope(shield=True):
            self._crew.on_change(await self._crew.replace("it equals what is on disk", auditor))
