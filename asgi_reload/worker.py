"""What runs in a worker: it loads the app, starts it, answers calls, and does as the front says."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

import anyio

from .bridge.answerer import Answerer
from .engines.lifespans import Lifespan, StartFailed
from .errors import PeerGone, SettingError
from .live import ACTIVE
from .report import Report, report
from .residence import residence_of
from .workers.channel import ControlChannel
from .workers.dialogue import (
    Answer,
    Apply,
    Broken,
    Describe,
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
    parse_order,
)
from .workers.latecomers import Latecomers
from .workers.plan import WorkerPlan
from .workers.preparation import fast_loop, promote, seldom_collected, set_up

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Mapping

    from anyio.abc import TaskGroup

    from .residence import Residence
    from .workers.dialogue import Order, Tiding

UNASKED_S: Final = 0.3
"""What calls have to end in where the front has closed the control without a word."""
MAX_ORDERS: Final = 1_000
THEIR_FAILURES: Final = (Exception, SystemExit, KeyboardInterrupt, GeneratorExit, asyncio.CancelledError)
"""What the user's code may raise while it is imported. None of it is to end a worker without a word."""


def run(control: socket.socket, config: Mapping[str, Any]) -> int:
    """Run a worker until it is told to stop; its exit code. `config` is an encoded `WorkerPlan`."""
    plan = WorkerPlan.decode(config)
    set_up(plan)
    with asyncio.Runner(loop_factory=fast_loop()) as runner:
        return runner.run(Worker(plan, ControlChannel(control)).run())


class Worker:
    """One life of the user's app."""

    def __init__(self, plan: WorkerPlan, control: ControlChannel) -> None:
        self._plan = plan
        self._control = control
        self._lifespan: Lifespan | None = None
        self._answerer: Answerer | None = None
        self._stopped = anyio.Event()
        self._within = UNASKED_S

    async def run(self) -> int:
        """Load the app, then do as told; the exit code."""
        began = time.perf_counter()
        self._loop = asyncio.get_running_loop()
        try:
            # In the running loop, as servers do it: code may ask for that at import.
            with seldom_collected():
                residence = residence_of(self._plan, lambda: self._soon(self._tell, Wish()))
        except SettingError as error:
            self._tell(Broken("target", Report(str(error), "", "").encode()))
            return 1
        except THEIR_FAILURES as error:
            self._tell(Broken("load", report(error, self._plan.project_path).encode()))
            return 1

        self._tell(Loaded(residence.knows(), _ms(began)))
        async with anyio.create_task_group() as group:
            group.start_soon(self._listen, residence, group)
            await self._stopped.wait()
            await self._wind_up()
            group.cancel_scope.cancel()
        return 0

    async def _listen(self, residence: Residence, group: TaskGroup) -> None:
        """Hear what the front says, until it says no more."""

        heard, orders = anyio.create_memory_object_stream["Order"](MAX_ORDERS)

        def hear(message: dict[str, Any], line: socket.socket | None) -> None:
            order = parse_order(message)
            if not isinstance(order, Line):
                heard.send_nowait(order)
            elif line is not None and self._answerer is not None:
                self._answerer.take(line)

        async def obey() -> None:
            with orders:
                async for order in orders:
                    group.start_soon(self._obey, order, residence, group)

        group.start_soon(obey)
        try:
            with heard:
                await self._control.run(hear)
        finally:
            self._stopped.set()

    async def _obey(self, order: Order, residence: Residence, group: TaskGroup) -> None:
        match order:
            case Start():
                await self._start(residence, group)
            case Apply(id, changes):
                outcome = await residence.apply(changes)
                self._tell(residence.knows())
                self._tell(Answer(id, outcome))
            case Refresh(changes):
                residence.refresh(changes)
            case Describe(id):
                self._tell(Answer(id, residence.describe()))
            case Rest(id):
                if self._lifespan is not None:
                    await self._lifespan.stop()
                self._tell(Answer(id, None))
            case Stop(within):
                self._within = within
                self._stopped.set()
            case Line():
                pass  # was taken where its socket is at hand

    async def _start(self, residence: Residence, group: TaskGroup) -> None:
        promote(self._plan)
        began = time.perf_counter()
        scope = {"type": "lifespan", "asgi": {"version": "3.0", "spec_version": "2.0"}, "state": {}, ACTIVE: True}
        run = Lifespan(residence.app, scope)
        try:
            await run.start(group, within=None)  # how long it may take is the front's to say
        except StartFailed as error:
            self._tell(Broken("start", report(error.__cause__ or error, self._plan.project_path).encode()))
            return

        # An app that raises without an answer has no lifespan (ASGI specification, "Lifespan Protocol").
        self._lifespan = run
        if self._answerer is None:
            self._answerer = Answerer(residence.app, run.state, {ACTIVE: True}, project=self._plan.project_path)
            if self._plan.mode != "hot":  # there the engine knows
                Latecomers(self._plan.directories, lambda file: self._soon(self._tell, Runs(str(file))))
        self._tell(Started(_ms(began), residence.libraries()))
        self._tell(await residence.prepare())

    async def _wind_up(self) -> None:
        if self._answerer is not None:
            await self._answerer.close(self._within)
        if self._lifespan is not None:
            await self._lifespan.stop(self._within)

    def _soon(self, function: Callable[..., None], *args: object) -> None:
        """In the loop, from whatever thread."""
        with suppress(RuntimeError):  # it has ended
            self._loop.call_soon_threadsafe(function, *args)

    def _tell(self, tiding: Tiding) -> None:
        try:
            self._control.send(encode(tiding))
        except PeerGone:
            self._stopped.set()


def _ms(began: float) -> float:
    return (time.perf_counter() - began) * 1000
