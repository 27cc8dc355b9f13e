"""The watcher: an endless series of batches. The only place that knows watchfiles."""

from __future__ import annotations

import logging
import os
import time
from contextlib import closing
from typing import TYPE_CHECKING

import anyio

from ..printable import printable
from .coverage import RECURSIVE, Coverage
from .inbox import Seen
from .notifier import Pace
from .session import Session
from .settle import Settle
from .snapshot import Snapshot, touched
from .status import RootStatus, WatchStatus

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Collection, Iterable, Iterator, Sequence

    from ..changes import Batch
    from .notifier import Listen, Stop
    from .selection import Selection

__all__ = "RootStatus", "WatchStatus", "Watcher"

RESTART = 1.0
"""Seconds after which watching begins anew when it has failed in a way that nobody thought of."""

logger = logging.getLogger("asgi_reload")


class Watcher:
    """Says what changed in the selected files, by content.

    `step` is the ms between two looks at what events have come; two quiet ones let a save through. `debounce` is the
    ms of quiet that end a burst, `max_wait` the ms after which a burst is told even so. `poll` walks the tree rather
    than wait for events: always, never unless there is no other way, or (None) where the filesystem is known for
    giving none. `listen` stands in for watchfiles.
    """

    def __init__(
        self,
        selection: Selection,
        *,
        step: int = 1,
        debounce: int = 50,
        max_wait: int = 500,
        poll: bool | None = None,
        listen: Listen | None = None,
    ) -> None:
        self._selection = selection
        self._snapshot = Snapshot()
        self._settle = Settle(debounce / 1000, max_wait / 1000)
        self._coverage = Coverage(selection, poll)
        self._pace = Pace()
        self._listen = listen or FileEvents(step, debounce)
        self._error: str | None = None
        self._logged: str | None = None
        self._session: Session | None = None

    async def batches(self) -> AsyncGenerator[Batch, None]:
        """Batches as they settle, until cancelled. Entered again, it begins with what changed in between.

        The first time, the files as they are then count as known. Nothing is raised: failures are in `status()`.
        """
        while True:
            try:
                with closing(self._new_session()) as self._session:
                    while True:
                        if batch := await self._session.turn():
                            yield batch
            except Exception as error:
                self._report(f"watching failed and begins anew: {error!r}")
            finally:
                self._session = None

            await anyio.sleep(RESTART)

    @property
    def begun(self) -> bool:
        """Are the files known, so that no change from now on is missed?"""
        return self._snapshot.begun

    def expects(self, suffix: str) -> bool:
        """Has a file of this ending been noticed that is not told yet?"""
        return any(path.endswith(suffix) for path in self._noticed())

    def knows_newer(self, suffix: str) -> bool:
        """The same, less what is only noticed once more: the file is another than the one that was told of last."""
        noticed = [path for path in self._noticed() if path.endswith(suffix)]
        return bool(noticed) and bool(touched(noticed, self._snapshot.files))

    def _noticed(self) -> Collection[str]:
        awaited = self._settle.awaited
        hinted = self._session.inbox.hinted() if self._session is not None else ()
        return (*awaited, *hinted) if hinted else awaited

    def glance(self, paths: Iterable[str]) -> None:
        """Look at these files now: events take some ms to come."""
        self._see(touched(paths, self._snapshot.files))

    def doubt(self, paths: Iterable[str]) -> None:
        """Tell of these files as they are now: somebody knows that they are not what they were."""
        self._see(self._snapshot.doubt(paths))

    def stir(self) -> None:
        """Somebody is at work: be quick for the next minute. Called when a page is shown, hidden or connected, say."""
        self._pace.stir()

    def status(self) -> WatchStatus:
        """How it goes, as of now."""
        noisy = self._settle.noisy(time.monotonic())
        return WatchStatus(self._coverage.status(), len(self._snapshot.files), noisy, self._error)

    def _new_session(self) -> Session:
        return Session(
            self._selection,
            self._snapshot,
            self._settle,
            self._coverage,
            listen=self._listen,
            pace=self._pace,
            report=self._report,
        )

    def _see(self, paths: frozenset[str]) -> None:
        if paths and self._session is not None:
            self._session.inbox.put(Seen(paths, time.monotonic()))

    def _report(self, trouble: str | None) -> None:
        self._error = trouble

        if trouble is not None and trouble != self._logged:
            self._logged = trouble
            logger.warning("%s", printable(trouble))


class FileEvents:
    """The system's file events, by way of watchfiles; `step` and `debounce` in ms, as there."""

    def __init__(self, step: int, debounce: int) -> None:
        self._step = step
        self._debounce = debounce

    def __call__(self, paths: Sequence[str], stop: Stop) -> Iterator[set[str]]:
        """Listen at these directories: each by itself, or with all below it where the system works so."""
        # Its native part does not load in a subinterpreter, and a worker behind a front has no use for it.
        from watchfiles import watch

        _hush()
        names = [(os.path.realpath(path), path) for path in paths] if RECURSIVE else []

        for changes in watch(
            *paths,
            watch_filter=None,
            debounce=self._debounce,
            step=self._step,
            stop_event=stop,
            rust_timeout=0,
            raise_interrupt=False,
            force_polling=False,
            recursive=RECURSIVE,
            ignore_permission_denied=RECURSIVE,
        ):
            yield {as_given(path, names) for _, path in changes}


def as_given(path: str, names: Sequence[tuple[str, str]]) -> str:
    """A path below a real directory as a path below the name that was given for it; macOS tells of real paths."""
    for real, given in names:
        if path != real and os.path.commonpath((real, path)) == real:
            return os.path.join(given, os.path.relpath(path, real))

    return path


def _hush() -> None:
    """Keep watchfiles from a log line for each event: a log inside the watched tree would be an event in turn."""
    log = logging.getLogger("watchfiles.main")

    if log.level == logging.NOTSET:
        log.setLevel(logging.WARNING)
