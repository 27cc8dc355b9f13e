"""Run the reloader for as long as somebody needs it: the app's lifespan, or else an open stream of a page.

A server may run no lifespan, and a mounted app gets none. So whoever is there hosts the reloader: the first holds it,
the others wait in line, and the next one takes over when the holder leaves. Every task has an owner that way.
"""

from __future__ import annotations

import logging
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final

import anyio

from .listeners import until_deaf
from .shutdown import stop_signal

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

logger = logging.getLogger("asgi_reload")

LAST: Final = ("lifespan.shutdown.complete", "lifespan.shutdown.failed")


class Hosting:
    """Keeps `run` running while at least one `hosted()` block is open; `on_stop` is called when the server must end.

    Whatever fails here is logged and ends here: a block is never cancelled because of it.

    `is_worker` says that a server's parent process has started this one, and may tell it to stop without a signal.
    """

    def __init__(
        self, run: Callable[[], Awaitable[None]], on_stop: Callable[[], None], *, is_worker: bool = False
    ) -> None:
        self._run = run
        self._on_stop = on_stop
        self._is_worker = is_worker
        self._line: anyio.Lock | None = None
        self._hosts = 0

    @asynccontextmanager
    async def hosted(self) -> AsyncIterator[Callable[[], None]]:
        """Host the reloader, now or as soon as it is this block's turn; the block's own error leaves unwrapped.

        The block is given a call that ends its hosting early.
        """
        error: BaseException | None = None
        line = self._enter()
        try:
            async with anyio.create_task_group() as group:
                turn = anyio.CancelScope()
                group.start_soon(self._take_turn, line, turn)
                try:
                    yield turn.cancel
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

    async def _take_turn(self, line: anyio.Lock, turn: anyio.CancelScope) -> None:
        with turn:
            try:
                async with line:
                    await self._host()
            except Exception:
                logger.exception("watching has ended; the app goes on")

    async def _host(self) -> None:
        with stop_signal() as stop:
            async with anyio.create_task_group() as group:
                if stop is not None:
                    group.start_soon(self._stop_after, stop.wait)
                if self._is_worker:
                    group.start_soon(self._stop_after, until_deaf)
                await self._run()

    async def _stop_after(self, sign: Callable[[], Awaitable[None]]) -> None:
        await sign()
        self._on_stop()


class Lifespan:
    """The app's own lifespan, hosting the reloader meanwhile. Whatever the app answers or raises is the server's."""

    def __init__(self, app: ASGIApp, hosting: Hosting, on_start: Callable[[Scope], None]) -> None:
        self._app = app
        self._hosting = hosting
        self._on_start = on_start

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._on_start(scope)
        last: list[Message] = []

        async def hold_last(message: Message) -> None:
            # Some servers cancel a lifespan that has anything left to do once the app has said that it is done.
            if message["type"] in LAST:
                last.append(message)
            else:
                await send(message)

        try:
            async with self._hosting.hosted() as leave:

                async def leave_at_shutdown() -> Message:
                    message = await receive()
                    if message["type"] == "lifespan.shutdown":
                        leave()
                    return message

                await self._app(scope, leave_at_shutdown, hold_last)
        finally:
            for message in last:
                await send(message)
