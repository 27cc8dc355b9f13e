"""Generations of one app under one server: new requests go to the newest, those in flight finish where they began.

Knows ASGI and nothing of modules. The server sees one app and one lifespan; each generation runs its own behind it.
"""

from __future__ import annotations

import gc
import logging
import time
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final

import anyio

from .lifespans import Lifespan, StartFailed

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from anyio.abc import TaskGroup

    from .lifespans import ASGIApp, Receive, Scope, Send

logger = logging.getLogger("asgi_reload")

HOLD_S: Final = 10.0  # a request waits no longer than this for a swap
SETTLE_S: Final = 0.2  # a request younger than this may finish before code is patched
DRAIN_S: Final = 30.0  # an old generation may finish its requests that long
PAUSE_S: Final = 2.0  # as above, where the app stays and only its start-up is repeated
QUIET_S: Final = 1.0  # without a further save, before what is left of old generations is collected


class Generation:
    """One version of the app, its lifespan, and how many of its requests are in flight."""

    def __init__(self, app: ASGIApp, number: int) -> None:
        self.app = app
        self.number = number
        self.lifespan: Lifespan | None = None
        self._begun: dict[object, float] = {}
        self._left = anyio.Event()

    @property
    def in_flight(self) -> int:
        return len(self._begun)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.number and self.lifespan is not None:
            scope["state"] = {**scope.get("state", {}), **self.lifespan.state}

        token = object()
        self._begun[token] = time.monotonic()
        try:
            await self.app(scope, receive, send)
        finally:
            del self._begun[token]
            self._left.set()

    async def idle(self, bound: float) -> bool:
        """Wait until nothing is in flight, at most `bound` seconds; did it come to that?"""
        with anyio.move_on_after(bound):
            while self._begun:
                self._left = anyio.Event()
                await self._left.wait()

        return not self._begun

    async def settled(self) -> None:
        """Wait for the requests that have only just begun."""
        while self._begun:
            newest = max(self._begun.values())
            left = newest + SETTLE_S - time.monotonic()
            if left <= 0:
                return
            self._left = anyio.Event()
            with anyio.move_on_after(left):
                await self._left.wait()


class Served:
    """The app that a server sees: holds requests during a swap, and runs the lifespans of all generations."""

    def __init__(self, app: ASGIApp) -> None:
        self.current = Generation(app, 0)
        self.on_started: Callable[[], None] | None = None
        self.on_starting: Callable[[], None] | None = None
        self._group: TaskGroup | None = None
        self._scope: Scope | None = None
        self._gate: anyio.Event | None = None
        self._retiring: set[Generation] = set()
        self._leftovers: list[Callable[[], None]] = []

    @property
    def app(self) -> ASGIApp:
        """The app that answers new requests."""
        return self.current.app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._serve_lifespan(scope, receive, send)
            return

        if (gate := self._gate) is not None:
            with anyio.move_on_after(HOLD_S):
                await gate.wait()
        await self.current(scope, receive, send)

    @asynccontextmanager
    async def holding(self) -> AsyncIterator[None]:
        """Requests that come while this is open wait, ≤ 10 s each; those that have just begun may finish first."""
        gate = self._gate = anyio.Event()
        try:
            await self.current.settled()
            yield
        finally:
            self._gate = None
            gate.set()

    async def replace(self, app: ASGIApp, retired: Callable[[], None], *, overlap: bool = True) -> None:
        """Start the new app, let it answer, and retire the old one when its requests are done.

        Raises StartFailed, and then nothing has changed. `retired` is called some time after the old one is gone.
        Without `overlap` the old lifespan is stopped first, for apps that hold what only one can have.
        """
        if self._group is None:
            self.clean_up()
        if not overlap:
            await self._make_room()
        fresh = Generation(app, self.current.number + 1)
        try:
            await self._start(fresh)
        except StartFailed:
            if not overlap:
                await self._start(self.current)
            raise
        old, self.current = self.current, fresh

        if self._group is not None:
            self._group.start_soon(self._retire, old, retired)
        else:
            self.leave(retired)

    def leave(self, forget: Callable[[], None]) -> None:
        """Call this when things are quiet: what is left of an old generation can go."""
        self._leftovers.append(forget)
        if self._group is not None:
            self._group.start_soon(self._clean_up)

    async def _make_room(self) -> None:
        await self.current.idle(PAUSE_S)
        if self.current.lifespan is not None:
            await self.current.lifespan.stop()

    async def repeat_start(self) -> None:
        """Shut the app's lifespan down and start it again. Raises StartFailed; the app is then not started."""
        if self.current.lifespan is None or not self.current.lifespan.is_running:
            return

        await self._make_room()
        self.current.number = max(self.current.number, 1)
        await self._start(self.current)

    async def start_again(self) -> None:
        """After a failed `repeat_start`, on the old code; nothing to do where the lifespan runs, or never did."""
        lifespan = self.current.lifespan
        if lifespan is not None and not lifespan.is_running:
            await self._start(self.current)

    async def _start(self, generation: Generation) -> None:
        if self._group is None or self._scope is None:
            return

        scope = {**self._scope, **({"state": {}} if "state" in self._scope else {})}
        run = Lifespan(generation.app, scope)
        await run.start(self._group)
        # Who has had a lifespan has one still; from anybody else the error may mean that there is none.
        if run.error is not None and not run.is_running and self.current.lifespan is not None:
            raise StartFailed(f"start-up failed: {run.error!r}") from run.error
        generation.lifespan = run

    async def _retire(self, generation: Generation, retired: Callable[[], None]) -> None:
        self._retiring.add(generation)
        try:
            if not await generation.idle(DRAIN_S):
                logger.info("%d old connections live on in their version", generation.in_flight)
            if generation.lifespan is not None:
                await generation.lifespan.stop()
        finally:
            self._retiring.discard(generation)
        self.leave(retired)

    async def _clean_up(self) -> None:
        # A full collection stops everything for a moment: once for a burst of saves, and when nobody waits.
        count = len(self._leftovers)
        await anyio.sleep(QUIET_S)
        if count == len(self._leftovers):
            await self.current.idle(QUIET_S)
            self.clean_up()

    def clean_up(self) -> None:
        """Let go of old generations now."""
        leftovers, self._leftovers = self._leftovers, []
        for forget in leftovers:
            forget()
        if leftovers:
            gc.collect()

    async def _serve_lifespan(self, scope: Scope, receive: Receive, send: Send) -> None:
        raised: BaseException | None = None

        async with anyio.create_task_group() as group:
            self._group, self._scope = group, scope
            try:
                raised = await self._live(scope, receive, send, group)
            finally:
                self._group = self._scope = None
            group.cancel_scope.cancel()

        if raised is not None:
            raise raised

    async def _live(self, scope: Scope, receive: Receive, send: Send, group: TaskGroup) -> BaseException | None:
        await receive()
        if self.on_starting is not None:
            self.on_starting()

        run = Lifespan(self.current.app, scope)
        try:
            await run.start(group)
        except StartFailed as failed:
            await send({"type": "lifespan.startup.failed", "message": run.failure or str(failed)})
            return run.error
        if not run.is_running:
            return run.error

        self.current.lifespan = run
        if self.on_started is not None:
            self.on_started()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self._stop_all()
        failure = self.current.lifespan.stop_failure
        kind = "complete" if failure is None else "failed"
        await send({"type": f"lifespan.shutdown.{kind}", **({"message": failure} if failure else {})})
        return None

    async def _stop_all(self) -> None:
        for generation in [*self._retiring, self.current]:
            if generation.lifespan is not None:
                await generation.lifespan.stop()
