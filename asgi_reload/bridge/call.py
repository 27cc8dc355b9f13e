"""The front's end of one call: passes on what the worker says, and fetches what it asks for, no sooner."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeAlias, assert_never

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

HIGH_WATER: Final = 256 * 1024
LOW_WATER: Final = 64 * 1024
"""Bytes of frames that wait for a slow client: above the one the worker has to wait, below the other it may go on."""
FRAME_COST: Final = 64
"""What a frame takes beside its bytes, about; so that the bound holds for small ones too."""

EVENTS: Final = b"text/event-stream"
SERVICE_RESTART: Final = 1012
"""WebSocket close code (IANA registry, "Service Restart")."""


@dataclass(slots=True)
class Broken:
    """Not from the line: fetching what the worker asked for has raised."""

    error: Exception


class Call:
    """One call, over a line that is this call's own until it has ended.

    `is_regular`: the worker has said its last word on it, so the line may carry another. `is_lasting`: it does not end
    by itself, being a WebSocket or a stream of events.
    """

    def __init__(self, line: Line, scope: Scope, receive: Receive, send: Send) -> None:
        self.is_regular = False
        self._line = line
        self._scope = scope
        self._receive = receive
        self._send = send
        self._is_http = scope["type"] == "http"
        self.is_lasting = not self._is_http
        self._inbox: deque[Frame | Broken] = deque()
        self._size = 0
        self._paused = False
        self._waiter: asyncio.Future[None] | None = None
        self._fetching: asyncio.Task[None] | None = None
        self._limit = asyncio.timeout(None)
        self._asked = False
        self._started = False
        self._complete = False
        self._has_length = False
        self._told = False
        self._left = False

    async def run(self) -> None:
        """Raises what `receive` or `send` raise, AppFailed for what the app raised, WorkerGone if the line breaks."""
        resting, self._line.ear = self._line.ear, self
        try:
            async with self._limit:
                self._begin()
                await self._relay()
        except TimeoutError:
            if self._limit.expired():
                raise WorkerGone(started=self._started, asked=self._asked) from None
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
            self._fetching = asyncio.get_running_loop().create_task(self._fetch())
            return

        self._inbox.append(frame)
        self._size += _size(frame)

        if self._size > HIGH_WATER and not self._paused:
            self._paused = True
            self._line.pause()
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    def lose(self) -> None:
        # Who reads slowly would keep us waiting for nothing; but an answer that is all there is still delivered.
        if not self._has_last_word:
            self._limit.reschedule(0)

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
            match await self._next():
                case Said(message):
                    self._note(message)
                    if not await self._passed_on(message):
                        return
                case Piece(body, more):
                    self._complete = not more
                    message = {"type": "http.response.body", "body": body, "more_body": more}
                    if not await self._passed_on(message):
                        return
                case Done():
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

    async def _next(self) -> Frame | Broken:
        while not self._inbox:
            self._waiter = asyncio.get_running_loop().create_future()
            await self._waiter

        frame = self._inbox.popleft()
        self._size -= _size(frame)

        if self._paused and self._size <= LOW_WATER:
            self._paused = False
            self._line.resume()

        return frame

    def _note(self, message: Message) -> None:
        match message["type"]:
            case "http.response.start":
                self._started = True
                headers = {name.lower(): value for name, value in message["headers"]}
                self._has_length = b"content-length" in headers
                self.is_lasting = EVENTS in headers.get(b"content-type", b"")
            case "websocket.accept" | "websocket.http.response.start":
                self._started = True
            case "websocket.close" | "http.response.pathsend":
                self._started = self._complete = True
            case "websocket.http.response.body":
                self._complete = not message.get("more_body", False)

    async def _passed_on(self, message: Message) -> bool:
        """False if the server says that the client has gone (ASGI 2.4); one that knows no such word just takes it."""
        try:
            await self._send(message)
        except OSError:
            return False
        return True

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
        if not self._started or self._has_length:
            raise WorkerGone(started=self._started, asked=self._asked)

        if self._is_http:
            await self._passed_on({"type": "http.response.body", "body": b"", "more_body": False})
        else:
            await self._passed_on({"type": "websocket.close", "code": SERVICE_RESTART, "reason": ""})


def _disconnect(is_http: bool, code: int) -> Message:
    return {"type": "http.disconnect"} if is_http else {"type": "websocket.disconnect", "code": code, "reason": ""}


def _size(frame: Frame | Broken) -> int:
    match frame:
        case Piece(body):
            return FRAME_COST + len(body)
        case Said(message):
            return FRAME_COST + len(message.get("bytes") or message.get("text") or b"")
        case _:
            return FRAME_COST
