"""The front's end of all lines to one worker: an ASGI app that stands for the worker's."""

from __future__ import annotations

import asyncio
import socket
from typing import TYPE_CHECKING, Final

from ..errors import WorkerGone
from .call import Call
from .frames import Done, Failed
from .line import Line, read_buffer

if TYPE_CHECKING:
    from collections.abc import Callable

    from .call import Receive, Scope, Send
    from .frames import Frame

MAX_IDLE: Final = 32
"""Lines that are kept for calls to come."""


class Caller:
    """Calls the app of one worker; for one event loop.

    `hand_over` is given the worker's end of a new line: it passes a copy on before it returns, and may raise OSError
    if there is nobody left to take it.
    """

    def __init__(self, hand_over: Callable[[socket.socket], None]) -> None:
        self._hand_over = hand_over
        self._buffer = read_buffer()
        self.lines: set[Line] = set()
        """Those that are open."""
        self._idle: list[Line] = []
        self._calls: set[Call] = set()
        self._in_flight = 0
        self._quiet = asyncio.Event()
        self._quiet.set()
        self._is_closed = False

    @property
    def in_flight(self) -> int:
        """Calls that have not ended here. Of those given up here, the worker's app may still be busy."""
        return self._in_flight

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One `http` or `websocket` call. Raises AppFailed and WorkerGone, and what `receive` and `send` raise."""
        self._in_flight += 1
        self._quiet.clear()
        try:
            await self._call(scope, receive, send)
        finally:
            self._in_flight -= 1
            if not self._in_flight:
                self._quiet.set()

    async def idle(self, within: float) -> bool:
        """Wait until nothing is in flight, at most that many seconds. Is it so?"""
        try:
            async with asyncio.timeout(within):
                await self._quiet.wait()
        except TimeoutError:
            return False
        return True

    def disconnect(self, *, lasting: bool = False) -> None:
        """Tell every call in flight that its client has gone: for apps that stream until they hear that.

        lasting: only those that would not end by themselves, as far as can be told.
        """
        for call in self._calls:
            if call.is_lasting or not lasting:
                call.disconnect()

    def close(self) -> None:
        """Break all lines, for good; calls in flight raise WorkerGone."""
        self._is_closed = True

        for line in tuple(self.lines):
            line.abort()

    async def _call(self, scope: Scope, receive: Receive, send: Send) -> None:
        line = await self._line()
        call = Call(line, scope, receive, send)
        self._calls.add(call)
        try:
            await call.run()
        finally:
            self._calls.discard(call)
            if line.is_closed:
                self.lines.discard(line)
            elif call.is_regular:
                self._keep(line)

    async def _line(self) -> Line:
        while self._idle:
            line = self._idle.pop()
            if not line.is_closed:
                return line

        if self._is_closed:
            raise WorkerGone(started=False)

        return await self._new_line()

    def _keep(self, line: Line) -> None:
        if len(self._idle) < MAX_IDLE:
            self._idle.append(line)
        else:
            line.close()

    async def _new_line(self) -> Line:
        ours, theirs = socket.socketpair()
        try:
            self._hand_over(theirs)
        except OSError as error:
            ours.close()
            raise WorkerGone(started=False) from error
        finally:
            theirs.close()

        line = Line(self._buffer)
        line.ear = _Resting(line, self.lines)
        await line.open(ours)
        self.lines.add(line)

        if self._is_closed:
            line.abort()

        return line


class _Resting:
    """Hears a line between calls, and after one that was given up: what its app still says is thrown away."""

    def __init__(self, line: Line, lines: set[Line]) -> None:
        self._line = line
        self._lines = lines

    def hear(self, frame: Frame) -> None:
        if isinstance(frame, Done | Failed):
            self._line.close()

    def lose(self) -> None:
        self._lines.discard(self._line)
