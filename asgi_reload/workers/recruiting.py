"""How a worker comes to be one that can answer, and how it goes. What fails on the way leaves nothing behind."""

from __future__ import annotations

from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Final

import anyio

from ..errors import NoWorker, WorkerGone
from ..report import Report

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from contextlib import AbstractAsyncContextManager

    from .remote import Remote

REST_S: Final = 12.0
"""What an app has to shut down in while its worker lives on: a little more than the worker itself gives it."""
LAST_CALLS_S: Final = 2.0
"""What calls have to end in before the app that answers them is shut down."""


async def recruited(
    launch: Callable[[], Awaitable[Remote]],
    making_room: Callable[[], AbstractAsyncContextManager[None]],
    refused: Callable[[str], bool],
) -> Remote:
    """A new worker that has started; if it failed for the kind of life it had (`Launcher.refused`), one of another."""
    try:
        return await started(await launch(), making_room)
    except NoWorker as failed:
        if not refused(failed.report.title):
            raise
        return await recruited(launch, making_room, refused)


async def started(worker: Remote, making_room: Callable[[], AbstractAsyncContextManager[None]]) -> Remote:
    """The worker, when its app has started up. Raises NoWorker with the reason if that fails; it is killed then.

    making_room: entered when the app is imported, left when it has started.
    """
    try:
        await worker.until_loaded()
        async with making_room():
            await worker.start()
    except WorkerGone as gone:
        with anyio.CancelScope(shield=True):
            words = await worker.ending()
        worker.kill()
        raise NoWorker(Report(f"the worker ended before it had started: {words}", "", "")) from gone
    except BaseException:
        worker.kill()
        raise
    return worker


@asynccontextmanager
async def at_rest(worker: Remote) -> AsyncIterator[None]:
    """The app is shut down, for another that may want what only one can have; started again if that fails.

    A worker that ends of it, or does not get done with it in time and is killed, is at rest as well.
    """
    worker.caller.disconnect(lasting=True)
    await worker.caller.idle(LAST_CALLS_S)
    try:
        with anyio.fail_after(REST_S):
            await worker.rest()
    except TimeoutError:
        worker.kill()
        await worker.ending()
    except WorkerGone:
        pass
    try:
        yield
    except BaseException:
        with anyio.CancelScope(shield=True), suppress(WorkerGone):
            await worker.start()
        raise


async def dismissed(worker: Remote, drain: float, stop: float) -> None:
    """It gets no more calls: it ends those in flight within `drain` seconds, and then itself; see `Remote.stop`."""
    worker.caller.disconnect(lasting=True)
    if not await worker.caller.idle(drain):
        worker.caller.disconnect()
    await worker.stop(stop)
