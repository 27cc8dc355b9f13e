"""A worker as its front sees it: what it has said, what it is asked, and when it is gone. It decides nothing."""

from __future__ import annotations

import asyncio
import socket
import time
from contextlib import suppress
from itertools import count
from typing import TYPE_CHECKING, Any, Final

import anyio

from ..bridge.caller import Caller
from ..errors import NoApp, NoWorker, PeerGone, WorkerGone
from ..outcome import decode
from ..report import Report
from .channel import ControlChannel
from .dialogue import (
    Answer,
    Apply,
    Broken,
    Describe,
    Knows,
    Line,
    Loaded,
    Refresh,
    Rest,
    Runs,
    Start,
    Started,
    Stop,
    Wish,
    encode,
    parse_tiding,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from ..changes import Change
    from ..outcome import Outcome
    from .dialogue import Order
    from .launching import Launcher, Life
    from .plan import WorkerPlan

LOADED: Final = "loaded"
STARTED: Final = "started"
TERM_S: Final = 2.0  # after its time is up a worker has as long to heed SIGTERM
LAST_WORD_S: Final = 1.0


class Remote:
    """One worker. `run` has to run as long as it is of use; whatever waits for it raises when it is gone."""

    def __init__(self, life: Life, control: ControlChannel, on_wish: Callable[[], None]) -> None:
        self.life = life
        self.born = time.monotonic()
        self.caller = Caller(lambda line: self._send(Line(), line.dup()))
        self.loaded: Loaded | None = None
        self.knows = Knows([], [])
        self.libraries: list[str] = []
        self._control = control
        self._on_wish = on_wish
        self._numbers = count()
        self._awaited: dict[object, asyncio.Future[Any]] = {}
        self._prepared = anyio.Event()
        self._gone = anyio.Event()

    @classmethod
    async def launched(cls, launcher: Launcher, plan: WorkerPlan, on_wish: Callable[[], None]) -> Remote:
        """A new worker, which begins to import the app."""
        ours, theirs = socket.socketpair()
        life = await launcher.launch(theirs, plan.encode())
        return cls(life, ControlChannel(ours), on_wish)

    async def run(self) -> None:
        """Hear the worker until it is gone."""
        try:
            await self._control.run(self._hear)
        finally:
            self._gone.set()
            self._prepared.set()
            self.caller.close()
            for what in self._awaited:
                self._fail(what, WorkerGone(started=False))
            self._control.close()

    @property
    def is_gone(self) -> bool:
        return self._gone.is_set()

    async def until_loaded(self) -> None:
        """Raises NoWorker with the reason why it cannot be loaded."""
        if self.loaded is None:
            await self._heard(LOADED)

    async def start(self) -> None:
        """Start the app up. Raises NoWorker with the reason why it does not start."""
        self._send(Start())
        await self._heard(STARTED)

    async def until_prepared(self) -> Knows:
        """It has started, and is ready for the first save."""
        await self._prepared.wait()
        return self.knows

    async def apply(self, changes: Iterable[Change]) -> Outcome:
        """Make changes live in place. Raises WorkerGone."""
        pairs = _pairs(changes)
        return decode(await self._asked(lambda number: Apply(number, pairs)))

    def refresh(self, changes: Iterable[Change]) -> None:
        with suppress(WorkerGone):
            self._send(Refresh(_pairs(changes)))

    async def fingerprint(self) -> dict[str, Any]:
        described: dict[str, Any] = await self._asked(Describe)
        return described

    async def rest(self) -> None:
        """Shut the app down, but keep the worker: `start` may follow."""
        await self._asked(Rest)

    async def stop(self, within: float) -> None:
        """End it: calls have `within` seconds, its shut-down as many; then SIGTERM, then SIGKILL.

        One that still imports hears nothing, and has nothing to shut down: it is killed.
        """
        if self.loaded is None:
            self.kill()
            return
        with suppress(WorkerGone):
            self._send(Stop(within))
        with anyio.move_on_after(within * 2 + LAST_WORD_S):
            await self.life.ended()
            return
        self.life.terminate()
        with anyio.move_on_after(TERM_S):
            await self.life.ended()
            return
        self.kill()

    def kill(self) -> None:
        """End it at once, with all that it has started."""
        self.life.kill()

    async def ending(self) -> str:
        """How it has ended, in words."""
        with anyio.move_on_after(LAST_WORD_S):
            return (await self.life.ended()).in_words
        return "it has closed its connection to the front"

    def _hear(self, message: dict[str, Any], line: socket.socket | None) -> None:
        match parse_tiding(message):
            case Loaded() as loaded:
                self.loaded = loaded
                self.knows = loaded.knows
                self._settle(LOADED, None)
            case Started(_, libraries):
                self.libraries = libraries
                self._settle(STARTED, None)
            case Broken("target", encoded):
                self._fail(LOADED, NoApp(Report.decode(encoded)))
            case Broken(phase, encoded):
                self._fail(LOADED if phase == "load" else STARTED, NoWorker(Report.decode(encoded)))
            case Knows() as knows:
                self.knows = knows
                self._prepared.set()
            case Runs(file):
                self.knows.files.append(file)
            case Answer(number, value) if number in self._awaited:
                self._settle(number, value)
            case Answer():
                pass  # who asked has left
            case Wish():
                self._on_wish()

    async def _asked(self, order: Callable[[int], Order]) -> Any:
        number = next(self._numbers)
        try:
            self._expect(number)
            self._send(order(number))
            return await self._awaited[number]
        finally:
            self._awaited.pop(number, None)

    async def _heard(self, what: str) -> Any:
        try:
            return await self._expect(what)
        finally:
            self._awaited.pop(what, None)

    def _expect(self, what: object) -> asyncio.Future[Any]:
        if what not in self._awaited:
            self._awaited[what] = asyncio.get_running_loop().create_future()
            if self._gone.is_set():
                self._fail(what, WorkerGone(started=False))
        return self._awaited[what]

    def _settle(self, what: object, value: Any) -> None:
        if not (future := self._expect(what)).done():
            future.set_result(value)

    def _fail(self, what: object, error: Exception) -> None:
        if not (future := self._expect(what)).done():
            future.set_exception(error)
            future.exception()  # seen: whoever waited for it may have left

    def _send(self, order: Order, line: socket.socket | None = None) -> None:
        try:
            self._control.send(encode(order), line)
        except PeerGone as error:
            raise WorkerGone(started=False) from error


def _pairs(changes: Iterable[Change]) -> list[list[str]]:
    return [[str(change.path), change.kind] for change in changes]
