"""The worker's end of all lines: runs the app for each call that comes over one."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from .answer import Answer
from .frames import Begin
from .line import Line, read_buffer

if TYPE_CHECKING:
    import socket
    from collections.abc import Mapping

    from .answer import ASGIApp, Scope
    from .frames import Frame

GRACE_S: Final = 0.25
"""How long an app has after its front has died, from `disconnect` until it is cancelled."""


class Answerer:
    """Answers with one app; for one event loop.

    `state`: each call gets a shallow copy as `scope["state"]`, none if None. `extra` is put into every scope.
    `project`: the folder that paths in reports of failures are seen from.
    """

    def __init__(
        self,
        app: ASGIApp,
        state: Mapping[str, Any] | None = None,
        extra: Mapping[str, Any] = {},
        *,
        project: Path = Path(),
    ) -> None:
        self._app = app
        self._state = state
        self._extra = extra
        self._project = project
        self._buffer = read_buffer()
        self._lines: set[Line] = set()
        self._opening: set[asyncio.Task[None]] = set()
        self._calls: set[asyncio.Task[None]] = set()

    @property
    def in_flight(self) -> int:
        """Calls whose app has not returned."""
        return len(self._calls)

    def take(self, line: socket.socket) -> None:
        """Answer the calls that come over this line until it closes. To be called in the running loop."""
        task = asyncio.get_running_loop().create_task(self._open(line))
        self._opening.add(task)
        task.add_done_callback(self._opening.discard)

    async def close(self, within: float) -> None:
        """Wait for the calls in flight, at most that many seconds; cancel the others; close the lines."""
        if pending := self._opening | self._calls:
            await asyncio.wait(pending, timeout=within)

        left = self._opening | self._calls
        for task in left:
            task.cancel()
        if left:
            await asyncio.wait(left)
        for line in tuple(self._lines):
            line.close()

    def begin(self, answer: Answer, loop: asyncio.AbstractEventLoop) -> asyncio.Task[None]:
        """Run the app for a call, in a task of its own, as servers do: what it sets in its context stays with it."""
        task = loop.create_task(answer.run(self._app, self._project))
        self._calls.add(task)
        task.add_done_callback(self._calls.discard)
        return task

    def furnished(self, scope: Scope) -> Scope:
        """The scope with what only this process knows."""
        scope.update(self._extra)

        if self._state is not None:
            scope["state"] = dict(self._state)

        return scope

    async def _open(self, end: socket.socket) -> None:
        line = Line(self._buffer)
        line.ear = _Listening(self, line, self._lines)
        self._lines.add(line)
        try:
            await line.open(end)
        finally:
            if line.is_closed:
                self._lines.discard(line)


class _Listening:
    """Hears one line: one call after another."""

    def __init__(self, answerer: Answerer, line: Line, lines: set[Line]) -> None:
        self._answerer = answerer
        self._line = line
        self._lines = lines
        self._answer: Answer | None = None
        self._task: asyncio.Task[None] | None = None

    def hear(self, frame: Frame) -> None:
        if isinstance(frame, Begin):
            self._answer = Answer(self._answerer.furnished(frame.scope), self._line)
            self._task = self._answerer.begin(self._answer, self._line.loop)
        elif self._answer is not None:
            self._answer.hear(frame)

    def lose(self) -> None:
        self._lines.discard(self._line)

        if self._answer is None or self._task is None or self._task.done():
            return

        if not self._answer.is_left:
            timer = self._line.loop.call_later(GRACE_S, self._task.cancel)
            self._task.add_done_callback(lambda _: timer.cancel())

        self._answer.leave()
