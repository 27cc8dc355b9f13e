"""Versions of one app behind one server: new requests go to the newest, those in flight finish where they began.

Knows ASGI and nothing of modules. The server sees one app and one lifespan; each version runs its own behind it.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

import anyio

from .gate import Gate
from .generation import Generation
from .leftovers import Leftovers
from .lifespans import Lifespan, StartFailed

if TYPE_CHECKING:
    from collections.abc import Callable

    from anyio.abc import TaskGroup

    from .lifespans import ASGIApp, Receive, Scope, Send

logger = logging.getLogger("asgi_reload")

DRAIN_S: Final = 30.0  # connections to an old version live on as long
SETTLE_S: Final = 0.5  # a request younger than this may finish before code is patched
PAUSE_S: Final = 2.0  # as above, where the app stays and only its start-up is repeated


class Served:
    """The app that a server sees. `on_starting` and `on_started` are called around its first start-up.

    drain: seconds that connections to an old version may live on. settle: seconds that a request which has only just
    begun may take to end before code is patched.
    """

    def __init__(self, app: ASGIApp, *, drain: float = DRAIN_S, settle: float = SETTLE_S) -> None:
        self.current = Generation(app, 0)
        self.gate = Gate()
        self.on_started: Callable[[], None] = _nothing
        self.on_starting: Callable[[], None] = _nothing
        self._drain = drain
        self._settle = settle
        self._group: TaskGroup | None = None
        self._scope: Scope | None = None
        self._started: anyio.Event | None = None
        self._retiring: set[Generation] = set()
        self._leftovers = Leftovers()

    @property
    def app(self) -> ASGIApp:
        """The app that answers new requests."""
        return self.current.app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._serve_lifespan(scope, receive, send)
            return

        if not self.gate.is_open:
            await self.gate.opened()
        await self.current(scope, receive, send)

    # the engine's side

    async def until_started(self) -> None:
        """Wait for the end of start-up; a server that fails there ends."""
        if self._started is not None:
            await self._started.wait()

    async def settled(self) -> None:
        """Wait for the requests that have only just begun, in whatever version."""
        for generation in [*self._retiring, self.current]:
            await generation.settled(self._settle)

    async def replace(self, app: ASGIApp, retired: Callable[[], None], *, overlap: bool = True) -> None:
        """Start the new app, let it answer, and retire the old one when its requests are done.

        Raises StartFailed, and then the old one answers on. `retired` is called some time after the old one is gone.
        Without `overlap` the old lifespan is stopped first, for apps that hold what only one can have; if the new one
        does not start, `start_again` is to follow when the code is the old one again.
        """
        if self._group is None:
            self.clean_up()
        if not overlap:
            await self.stop()
        fresh = Generation(app, self.current.number + 1)
        await self._start(fresh)
        old, self.current = self.current, fresh

        if self._group is not None:
            self._group.start_soon(self._retire, old, retired)
        else:
            self.leave(retired)

    async def stop(self) -> None:
        """Shut the app's lifespan down; `repeat_start` or `start_again` is to follow."""
        lifespan = self.current.lifespan
        if lifespan is not None and lifespan.is_running:
            await self.current.idle(PAUSE_S, sockets=False)  # they do not end by themselves
            await lifespan.stop()

    async def repeat_start(self) -> None:
        """Shut the app's lifespan down and start it again. Raises StartFailed; the app is then not started."""
        if self.current.lifespan is None:
            return

        await self.stop()
        self.current.number = max(self.current.number, 1)
        await self._start(self.current)

    async def start_again(self) -> None:
        """After a `stop` or a failed `repeat_start`, on the old code; nothing to do where it runs, or never did."""
        lifespan = self.current.lifespan
        if lifespan is not None and not lifespan.is_running:
            await self._start(self.current)

    def leave(self, forget: Callable[[], None]) -> None:
        """Call this when things are quiet: what is left of an old version can go."""
        self._leftovers.add(forget)
        if self._group is not None:
            self._group.start_soon(self._leftovers.clear_when_quiet, lambda: self.current)

    def clean_up(self) -> None:
        """Let go of old versions now."""
        self._leftovers.clear()

    async def _start(self, generation: Generation) -> None:
        if self._group is None or self._scope is None:
            return

        scope = {**self._scope, **({"state": {}} if "state" in self._scope else {})}
        run = Lifespan(generation.app, scope)
        await run.start(self._group)
        # Who has had a lifespan has one still; from anybody else the error may mean that there is none.
        if run.error is not None and not run.is_running and self.current.lifespan is not None:
            raise StartFailed(f"start-up failed: {run.error!r}") from run.error
        generation.lifespan = run if run.is_running else None

    async def _retire(self, generation: Generation, retired: Callable[[], None]) -> None:
        self._retiring.add(generation)
        try:
            await generation.retire(self._drain)
        finally:
            self._retiring.discard(generation)
        self.leave(retired)

    # the server's side

    async def _serve_lifespan(self, scope: Scope, receive: Receive, send: Send) -> None:
        failure: StartFailed | None = None
        started = self._started = anyio.Event()

        async with anyio.create_task_group() as group:
            self._group, self._scope = group, scope
            try:
                await receive()
                failure = await self._start_first(scope, send, group)
                if failure is None:
                    started.set()
                    await self._live(receive, send)
            finally:
                self._group = self._scope = self._started = None
                started.set()
            group.cancel_scope.cancel()

        if failure is not None and failure.__cause__ is not None:
            raise failure.__cause__

    async def _start_first(self, scope: Scope, send: Send, group: TaskGroup) -> StartFailed | None:
        """Start the app. One that raises without an answer has no lifespan; the server need not hear of it.

        See the ASGI specification, "Lifespan Protocol": the server goes on, and sends no lifespan events.
        """
        self.on_starting()
        run = Lifespan(self.current.app, scope, is_guarded=False)
        try:
            await run.start(group, within=None)
        except StartFailed as failed:
            await send({"type": "lifespan.startup.failed", "message": run.failure or str(failed)})
            return failed
        if run.is_running:
            self.current.lifespan = run
            self.on_started()
        else:
            logger.debug("the app has no lifespan: %r", run.error)
        return None

    async def _live(self, receive: Receive, send: Send) -> None:
        await send({"type": "lifespan.startup.complete"})
        await receive()

        for generation in self._retiring:
            if generation.lifespan is not None:
                await generation.lifespan.stop()

        failure = None
        if (lifespan := self.current.lifespan) is not None:
            await lifespan.stop(within=None)  # how long it may take is the server's to say
            failure = lifespan.stop_failure
        kind = "complete" if failure is None else "failed"
        await send({"type": f"lifespan.shutdown.{kind}", **({"message": failure} if failure else {})})


def _nothing() -> None:
    pass
