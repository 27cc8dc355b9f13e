"""How a worker comes to be one that can answer: loaded, started. What fails on the way leaves nothing behind."""

from __future__ import annotations

from typing import TYPE_CHECKING

import anyio

from ..errors import NoWorker, WorkerGone
from ..report import Report

if TYPE_CHECKING:
    from .remote import Remote


async def started(worker: Remote, before: Remote | None) -> Remote:
    """The worker, when its app has started up. Raises NoWorker with the reason if that fails; it is killed then.

    before: who has to rest meanwhile, since both may want what only one can have; started again if it comes to nothing.
    """
    try:
        await worker.until_loaded()
        await _start(worker, before)
    except WorkerGone as gone:
        with anyio.CancelScope(shield=True):
            words = await worker.ending()
        raise NoWorker(Report(f"the worker ended before it had started: {words}", "", "")) from gone
    except BaseException:
        worker.kill()
        raise
    return worker


async def _start(worker: Remote, before: Remote | None) -> None:
    if before is not None:
        await before.rest()
    try:
        await worker.start()
    except BaseException:
        if before is not None:
            with anyio.CancelScope(shield=True):
                await before.start()
        raise
