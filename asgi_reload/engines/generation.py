"""One version of the app with its lifespan, and the connections that it still answers. Knows only ASGI."""

from __future__ import annotations

import asyncio
import logging
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import anyio

from ..close_codes import SERVICE_RESTART

if TYPE_CHECKING:
    from .lifespans import ASGIApp, Lifespan, Receive, Scope, Send

logger = logging.getLogger("asgi_reload")

CUT_S: Final = 5.0  # connections that are cut have as long to end


@dataclass(slots=True, eq=False)
class Connection:
    """One call of the app: when it began (`time.monotonic()`), and the task it runs in, where asyncio is used."""

    is_socket: bool
    since: float
    task: asyncio.Task[Any] | None


class Generation:
    """One version of the app, its lifespan, and its connections."""

    def __init__(self, app: ASGIApp, number: int) -> None:
        self.app = app
        self.number = number
        self.lifespan: Lifespan | None = None
        self._connections: set[Connection] = set()
        self._left = anyio.Event()
        self._is_cut = False

    @property
    def in_flight(self) -> int:
        return len(self._connections)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.number and self.lifespan is not None:
            scope["state"] = {**scope.get("state", {}), **self.lifespan.state}

        connection = Connection(scope["type"] == "websocket", time.monotonic(), _task())
        self._connections.add(connection)
        try:
            await self.app(scope, receive, send)
        except asyncio.CancelledError:
            if not self._is_cut or connection.task is None or connection.task.uncancel():
                raise
            await _end(scope, send)
        finally:
            self._connections.discard(connection)
            self._left.set()

    async def idle(self, bound: float, *, sockets: bool = True) -> bool:
        """Wait until nothing is in flight, `sockets` or not, at most `bound` seconds; did it come to that?"""
        with anyio.move_on_after(bound):
            while self._is_busy(sockets):
                self._left = anyio.Event()
                await self._left.wait()

        return not self._is_busy(sockets)

    def _is_busy(self, sockets: bool) -> bool:
        return any(sockets or not connection.is_socket for connection in self._connections)

    async def settled(self, young: float) -> None:
        """Wait for the requests that have only just begun, until the last of them is `young` seconds old."""
        while self._connections:
            newest = max(connection.since for connection in self._connections)
            left = newest + young - time.monotonic()
            if left <= 0:
                return
            self._left = anyio.Event()
            with anyio.move_on_after(left):
                await self._left.wait()

    async def retire(self, drain: float) -> None:
        """Let connections end by themselves, ≤ `drain` seconds, end what is left of them, and then the lifespan.

        Trio's tasks cannot be ended from outside: what runs there lives on until it closes.
        """
        if not await self.idle(drain):
            logger.info("%d connections to the version before are ended", self.in_flight)
            self._is_cut = True
            for connection in self._connections:
                if connection.task is not None:
                    connection.task.cancel()
            await self.idle(CUT_S)

        if self.lifespan is not None:
            await self.lifespan.stop()


def _task() -> asyncio.Task[Any] | None:
    try:
        return asyncio.current_task()
    except RuntimeError:
        return None


async def _end(scope: Scope, send: Send) -> None:
    """The regular end of what we have cut: clients may come again."""
    with suppress(Exception):
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": SERVICE_RESTART})
        else:
            await send({"type": "http.response.body", "body": b"", "more_body": False})
