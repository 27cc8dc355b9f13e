"""One run of one app's lifespan, apart from the server's: started and stopped when the engine says. Knows only ASGI."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import anyio

from ..errors import ReloadError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, MutableMapping

    from anyio.abc import TaskGroup

    Message: TypeAlias = MutableMapping[str, Any]
    Scope: TypeAlias = MutableMapping[str, Any]
    Receive: TypeAlias = Callable[[], Awaitable[Message]]
    Send: TypeAlias = Callable[[Message], Awaitable[None]]
    ASGIApp: TypeAlias = Callable[[Scope, Receive, Send], Awaitable[None]]

logger = logging.getLogger("asgi_reload")

START_S: Final = 30.0
STOP_S: Final = 10.0
ERROR_S: Final = 1.0


class StartFailed(ReloadError):
    """A lifespan did not start: it raised, said so, or took too long."""


class Lifespan:
    """One run of one app's lifespan, in a task that somebody else owns.

    is_guarded: what would end the process is an error like any other. It is not when the server starts the app.
    """

    def __init__(self, app: ASGIApp, scope: Scope, *, is_guarded: bool = True) -> None:
        self._app = app
        self._scope = scope
        self._caught = (Exception, SystemExit, KeyboardInterrupt) if is_guarded else Exception
        self._task = anyio.CancelScope()
        self._to_app: list[Message] = []
        self._asked = anyio.Event()
        self._begun = anyio.Event()
        self._ended = anyio.Event()
        self.failure: str | None = None
        self.stop_failure: str | None = None
        self.error: BaseException | None = None
        self.is_running = False

    @property
    def state(self) -> dict[str, Any]:
        state: dict[str, Any] = self._scope.get("state", {})
        return state

    async def run(self) -> None:
        """Call the app; ends when it has shut down, or at once if it knows no lifespan."""
        try:
            with self._task:
                await self._app(self._scope, self._receive, self._send)
        except self._caught as error:
            self.error = error
            if self.is_running:
                logger.exception("the lifespan of the app failed")
        finally:
            self.is_running = False
            self._begun.set()
            self._ended.set()

    async def start(self, group: TaskGroup, within: float | None = START_S) -> None:
        """Start up, within so many seconds; raises StartFailed with the app's own error as its cause.

        An app that raises before it has answered may know no lifespan at all: `error` tells, `is_running` stays False.
        """
        self._say("lifespan.startup")
        group.start_soon(self.run)
        with anyio.move_on_after(within) as scope:
            await self._begun.wait()

        if scope.cancelled_caught:
            self._task.cancel()
            raise StartFailed(f"start-up took more than {within:.0f} s")
        if self.failure is not None:
            with anyio.move_on_after(ERROR_S):
                await self._ended.wait()  # an app says that it failed first, and raises what happened afterwards
            raise StartFailed(f"start-up failed: {self.failure.strip().rpartition(chr(10))[2]}") from self.error

    async def stop(self, within: float | None = STOP_S) -> None:
        """Shut down, within so many seconds. What goes wrong is logged: nobody can do anything about it any more."""
        if not self.is_running:
            return

        self._say("lifespan.shutdown")
        with anyio.move_on_after(within) as scope:
            await self._ended.wait()

        if scope.cancelled_caught:
            logger.warning("the lifespan of the version before did not end within %.0f s", within)
            self._task.cancel()

    def _say(self, kind: str) -> None:
        self._to_app.append({"type": kind})
        self._asked.set()

    async def _receive(self) -> Message:
        while not self._to_app:
            self._asked = anyio.Event()
            await self._asked.wait()

        return self._to_app.pop(0)

    async def _send(self, message: Message) -> None:
        match message["type"]:
            case "lifespan.startup.complete":
                self.is_running = True
                self._begun.set()
            case "lifespan.startup.failed":
                self.failure = str(message.get("message") or "no reason given")
                self._begun.set()
            case "lifespan.shutdown.failed":
                self.stop_failure = str(message.get("message") or "no reason given")
                logger.error("shut-down failed: %s", self.stop_failure)
