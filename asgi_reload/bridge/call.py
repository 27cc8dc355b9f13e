"""The front's end of one call: passes on what the worker says, and fetches what it asks for, no sooner."""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeAlias, assert_never

from ..close_codes import SERVICE_RESTART
from ..errors import AppFailed, WorkerGone
from .carried import carried, only_plain
from .frames import Ask, Begin, Done, Failed, Gone, Piece, Said

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, MutableMapping

    from .frames import Frame, Message
    from .line import Line

    Receive: TypeAlias = Callable[[], Awaitable[Message]]
    Send: TypeAlias = Callable[[Message], Awaitable[None]]
    Scope: TypeAlias = MutableMapping[str, Any]

MAX_WAITING: Final = 8
"""Frames that wait for a slow client before the worker has to; parts of a body are as large as what a line reads."""
FEW_WAITING: Final = 2
"""Frames that wait when the worker may go on."""

EVENTS: Final = b"text/event-stream"
DISCONNECT: Final = "WebSocketDisconnect"
"""What `receive` of Starlette and its kin raises when it hears that its client has gone; few apps catch it."""
"""WebSocket close code (IANA registry, "Service Restart")."""


@dataclass(slots=True)
class Broken:
    """Not from the line: fetching what the worker asked for has raised."""

    error: Exception


class Call:
    """One call, over a line that is this call's own until it has ended.

    `is_regular`: the worker has said its last word on it, so the line may carry another.
    """

    def __init__(self, line: Line, scope: Scope, receive: Receive, send: Send) -> None:
        self.is_regular = False
        self._line = line
        self._scope = scope
        self._receive = receive
        self._send = send
        self._is_http = scope["type"] == "http"
        self._inbox: deque[Frame | Broken] = deque()
        self._paused = False
        self._waiter: asyncio.Future[None] | None = None
        self._fetching: asyncio.Task[None] | None = None
        self._task: asyncio.Task[None] | None = None
        self._cancels = 0
        self._is_lost = False
        self._asked = False
        self._started = False
        self._complete = False
        self._headers: list[tuple[bytes, bytes]] = []
        self._told = False
        self._left = False

    @property
    def is_lasting(self) -> bool:
        """Does it not end by itself, being a WebSocket or a stream of events?"""
        return not self._is_http or EVENTS in self._header(b"content-type")

    async def run(self) -> None:
        """Raises what `receive` or `send` raise, AppFailed for what the app raised, WorkerGone if the line breaks."""
        resting, self._line.ear = self._line.ear, self
        self._task = asyncio.current_task(self._line.loop)
        try:
            self._begin()
            await self._relay()
        except asyncio.CancelledError:
            if self._is_lost and self._task is not None and self._task.uncancel() == self._cancels:
                raise self._gone() from None
            raise
        finally:
            self._line.ear = resting
            self._give_up()
            await self._stop_fetching()

    def disconnect(self) -> None:
        """Tell the app that its client has gone, though it has not."""
        self._told = True
        self._line.write(Said(_disconnect(self._is_http, SERVICE_RESTART)))

    def hear(self, frame: Frame | Broken) -> None:
        if isinstance(frame, Ask):
            # At once, and beside what is on its way to the client: that may wait for a client that has gone.
            self._asked = True
            self._fetching = self._line.loop.create_task(self._fetch())
            return

        self._inbox.append(frame)

        if len(self._inbox) > MAX_WAITING and not self._paused:
            self._paused = True
            self._line.pause()

        self._wake()

    def lose(self) -> None:
        if self.is_regular or self._has_last_word:
            return  # an answer that is all there is still delivered

        self._is_lost = True
        if self._waiter is not None:
            self._wake()
        elif self._task is not None:
            # It waits for a client that reads slowly, and for nothing: as `asyncio.timeout` does, which costs more.
            self._cancels = self._task.cancelling()
            self._task.cancel()

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    def _gone(self) -> WorkerGone:
        return WorkerGone(started=self._started, asked=self._asked)

    @property
    def _has_last_word(self) -> bool:
        return bool(self._inbox) and isinstance(self._inbox[-1], Done | Failed)

    def _begin(self) -> None:
        scope = carried(self._scope)
        try:
            self._line.write(Begin(scope))
        except ValueError:
            self._line.write(Begin(only_plain(scope)))

    def _give_up(self) -> None:
        """Unless all has been said: let the app know, and throw away what it still says, without making it wait."""
        if self.is_regular:
            return
        if self._has_last_word:
            self._line.close()
            return

        self._line.write(Gone())
        if self._paused:
            self._line.resume()

    async def _relay(self) -> None:
        while True:
            if not self._inbox:
                await self._wait()

            match self._inbox.popleft():
                case Piece(body, more):
                    self._complete = not more
                    message: Message = {"type": "http.response.body", "body": body, "more_body": more}
                case Said(message):
                    self._note(message)
                case Done():
                    self.is_regular = True
                    await self._end()
                    return
                case Failed(report) if self._told and DISCONNECT in report.title:
                    self.is_regular = True
                    await self._end()
                    return
                case Failed(report):
                    self.is_regular = True
                    raise AppFailed(report, started=self._started)
                case Broken(error):
                    raise error
                case Begin() | Ask() | Gone() as frame:
                    raise RuntimeError(f"a worker does not say {frame}")
                case other:
                    assert_never(other)

            if self._paused and len(self._inbox) <= FEW_WAITING:
                self._paused = False
                self._line.resume()
            try:
                await self._send(message)
            except OSError:
                # The server says that the client has gone (ASGI 2.4). One that knows no such word just takes it.
                return

    async def _wait(self) -> None:
        """Until something is in the inbox."""
        while not self._inbox and not self._is_lost:
            self._waiter = self._line.loop.create_future()
            await self._waiter

        self._waiter = None

        if self._is_lost:
            raise self._gone()

    def _note(self, message: Message) -> None:
        match message["type"]:
            case "http.response.start":
                self._started = True
                self._headers = message["headers"]
            case "websocket.accept" | "websocket.http.response.start":
                self._started = True
            case "websocket.close" | "http.response.pathsend":
                self._started = self._complete = True
            case "websocket.http.response.body":
                self._complete = not message.get("more_body", False)

    def _header(self, name: bytes) -> bytes:
        """Of the response, once it has begun; else, and if it has none, empty."""
        return next((value for key, value in self._headers if key.lower() == name), b"")

    async def _fetch(self) -> None:
        try:
            message = await self._receive()
            if message["type"] == "http.request":
                self._line.write(Piece(message.get("body", b""), message.get("more_body", False)))
            else:
                self._left = message["type"] in ("http.disconnect", "websocket.disconnect")
                self._line.write(Said(message))
        except Exception as error:
            self.hear(Broken(error))

    async def _stop_fetching(self) -> None:
        if self._fetching is not None and not self._fetching.done():
            self._fetching.cancel()
            await asyncio.wait((self._fetching,))

    async def _end(self) -> None:
        """The app has returned. If it did so early because we told it to, its client still waits for an end."""
        if self._complete or self._left or not self._told:
            return
        if not self._started or self._header(b"content-length"):
            raise self._gone()

        last: Message = {"type": "http.response.body", "body": b"", "more_body": False}
        close: Message = {"type": "websocket.close", "code": SERVICE_RESTART, "reason": ""}
        with suppress(OSError):
            await self._send(last if self._is_http else close)


def _disconnect(is_http: bool, code: int) -> Message:
    return {"type": "http.disconnect"} if is_http else {"type": "websocket.disconnect", "code": code, "reason": ""}
