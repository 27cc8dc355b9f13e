"""Run the reloader for as long as somebody needs it: the app's lifespan, or else an open stream of a page.

A server may run no lifespan, and a mounted app gets none. So whoever is there hosts the reloader: the first holds it,
the others wait in line, and the next one takes over when the holder leaves. Every task has an owner that way.
"""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import anyio

from .shutdown import StopSignal, stop_signal

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from starlette.types import ASGIApp, Receive, Scope, Send


class Hosting:
    """Keeps `run` running while at least one `hosted()` block is open; `on_stop` is called when the server must end."""

    def __init__(self, run: Callable[[], Awaitable[None]], on_stop: Callable[[], None]) -> None:
        self._run = run
        self._on_stop = on_stop
        self._line: anyio.Lock | None = None
        self._hosts = 0

    @asynccontextmanager
    async def hosted(self) -> AsyncIterator[None]:
        """Host the reloader, now or as soon as it is this block's turn; the block's own error leaves unwrapped."""
        error: BaseException | None = None
        line = self._enter()
        try:
            async with anyio.create_task_group() as group:
                group.start_soon(self._take_turn, line)
                try:
                    yield
                except Exception as raised:
                    error = raised
                group.cancel_scope.cancel()
        finally:
            self._leave()

        if error is not None:
            raise error

    def _enter(self) -> anyio.Lock:
        # A lock belongs to the loop that waited on it, and an app may be started again in another one.
        if self._hosts == 0 or self._line is None:
            self._line = anyio.Lock()

        self._hosts += 1
        return self._line

    def _leave(self) -> None:
        self._hosts -= 1

    async def _take_turn(self, line: anyio.Lock) -> None:
        async with line:
            with stop_signal() as stop:
                async with anyio.create_task_group() as group:
                    if stop is not None:
                        group.start_soon(self._obey, stop)
                    await self._run()

    async def _obey(self, stop: StopSignal) -> None:
        await stop.wait()
        self._on_stop()


class Lifespan:
    """The app's own lifespan, hosting the reloader meanwhile. Whatever the app answers or raises is the server's."""

    def __init__(self, app: ASGIApp, hosting: Hosting, on_start: Callable[[Scope], None]) -> None:
        self._app = app
        self._hosting = hosting
        self._on_start = on_start

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._on_start(scope)

        async with self._hosting.hosted():
            await self._app(scope, receive, send)
