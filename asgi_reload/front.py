"""What the command serves: sites, each an app in workers behind a `Live`. It never imports user code.

An ASGI app with a lifespan of its own. Whatever becomes of a worker, every request gets an answer.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import anyio
from starlette.responses import PlainTextResponse

from .close_codes import INTERNAL_ERROR, SERVICE_RESTART
from .engines.lifespans import Lifespan
from .errors import AppFailed, NoWorker, Reported, WorkerGone
from .folding import folded
from .live import Live
from .printable import printable
from .shutdown import stop_signal
from .site import Site
from .workers.isolated import Isolated
from .workers.processes import Standby

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from .command import Command
    from .workers.launching import Launcher

logger = logging.getLogger("asgi_reload")


class Front:
    """All sites of a command, the one with the longest path first.

    launcher: brings the workers of one to life; None leaves it to the mode.
    """

    def __init__(self, command: Command, launcher: Callable[[], Launcher] | None = None) -> None:
        self._command = command
        launcher = launcher or (Isolated if command.mode == "isolated" else Standby)
        mounted = sorted(command.sites, key=lambda options: -len(options.mount))
        self._sites = [_Mounted(Site(command, options, launcher())) for options in mounted]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(scope, receive, send)
            return

        answer = _Answer(scope, send)
        try:
            await self._site(scope)(scope, receive, answer.send)
        except (Reported, WorkerGone) as error:
            await answer.end(error, receive)

    def restart(self) -> None:
        """Each site gets a new worker."""
        for one in self._sites:
            one.site.restart()

    @property
    def is_paused(self) -> bool:
        return any(one.live.is_paused for one in self._sites)

    def pause(self) -> None:
        """Let saves wait."""
        for one in self._sites:
            one.live.pause()

    def resume(self) -> None:
        for one in self._sites:
            one.live.resume()

    @property
    def refusal(self) -> str | None:
        """Why one of the targets is no app at all; what can be healed by a save is no such reason."""
        return next((words for one in self._sites if (words := one.site.refusal) is not None), None)

    def status(self) -> dict[str, Any]:
        """What each site says of itself, by its path."""
        return {one.site.options.mount or "/": one.live.status() for one in self._sites}

    def _site(self, scope: Scope) -> ASGIApp:
        for one in self._sites:
            if one.owns(scope):
                return one
        return PlainTextResponse("nothing is mounted here", 404)

    async def _live(self, scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        async with anyio.create_task_group() as group:
            runs = [Lifespan(one.live, {**scope, "state": {}}) for one in self._sites]
            for run in runs:
                await run.start(group, within=None)
            with stop_signal() as stop:
                if stop is not None:
                    group.start_soon(self._end_streams_after, stop.wait)
                await send({"type": "lifespan.startup.complete"})
                await receive()
                async with anyio.create_task_group() as stopping:
                    for run in runs:
                        stopping.start_soon(run.stop, None)
                group.cancel_scope.cancel()
        await send({"type": "lifespan.shutdown.complete"})

    async def _end_streams_after(self, stop: Any) -> None:
        await stop()
        for one in self._sites:
            one.site.end_streams()


class _Mounted:
    """A site at its path."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.live = Live(site)
        self._mount = site.options.mount.rstrip("/")
        self._parts = self._mount.split("/")

    def owns(self, scope: Scope) -> bool:
        path = scope["path"].removeprefix(scope.get("root_path", "").rstrip("/"))
        return not self._mount or path.split("/")[: len(self._parts)] == self._parts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._mount:
            scope = {**scope, "root_path": scope.get("root_path", "").rstrip("/") + self._mount}
        await self.live(scope, receive, send)


class _Answer:
    """An answer on its way out, and its end where a worker fails to give one."""

    def __init__(self, scope: Scope, send: Send) -> None:
        self._scope = scope
        self._send = send
        self._has_begun = False

    async def send(self, message: Message) -> None:
        self._has_begun = True
        await self._send(message)

    async def end(self, error: Reported | WorkerGone, receive: Receive) -> None:
        """Say what happened, once, on the terminal; and end the answer as well as can be."""
        self._say(error)
        if self._scope["type"] == "websocket":
            code = INTERNAL_ERROR if isinstance(error, AppFailed) else SERVICE_RESTART
            await self._send({"type": "websocket.close", "code": code})
        elif not self._has_begun:
            await PlainTextResponse(_public(error), error.status)(self._scope, receive, self._send)
        # What has begun cannot be ended well: the server closes the connection, so that nobody takes it for whole.

    def _say(self, error: Reported | WorkerGone) -> None:
        where = printable(f"{self._scope.get('method', 'WEBSOCKET')} {self._scope['path']}")
        match error:
            case NoWorker():
                pass  # was said when it came to that
            case Reported():
                logger.error("%s: %s\n%s", where, error.report.title, folded(error.report.traceback))
            case WorkerGone():
                logger.error("%s: %s", where, error)


def _public(error: Reported | WorkerGone) -> str:
    """What anybody may read."""
    return "Internal Server Error" if isinstance(error, AppFailed) else "The app is not there; it comes back by itself"
