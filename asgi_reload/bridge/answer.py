"""The worker's end of one call: what the app receives and sends."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from ..errors import AppMessageError
from ..report import report
from .carried import NotPlain, plain
from .frames import Ask, Done, Failed, Gone, Piece, Said
from .line import JOINED
from .order import HttpOrder, State, WebSocketOrder

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, MutableMapping
    from pathlib import Path

    from .frames import Frame, Message
    from .line import Line
    from .order import Order

    Receive: TypeAlias = Callable[[], Awaitable[Message]]
    Send: TypeAlias = Callable[[Message], Awaitable[None]]
    Scope: TypeAlias = MutableMapping[str, Any]
    ASGIApp: TypeAlias = Callable[[Scope, Receive, Send], Awaitable[None]]

ABNORMAL: Final = 1006
"""WebSocket close code: the connection went away (RFC 6455, section 7.4.1)."""
REFUSES_SINCE: Final = (2, 4)
"""The version of the ASGI specification since which `send` raises when the client has gone; before, it does nothing."""


class ClientGone(OSError):
    """The app sent something to a client that has gone."""


class Answer:
    """One call, from the scope on until the app has returned."""

    def __init__(self, scope: Scope, line: Line) -> None:
        offered = scope.get("extensions") or ()
        self._scope = scope
        self._is_http = scope["type"] == "http"
        self._line = line
        self._order: Order = HttpOrder(offered) if self._is_http else WebSocketOrder(offered)
        self._inbox: deque[Message] = deque()
        self._heard = asyncio.Event()
        self._asked = False
        self._farewell: Message | None = None
        self._is_over = False
        self._is_deaf = False

    @property
    def is_left(self) -> bool:
        """Has the app been told, or could it hear, that its client has gone?"""
        return self._farewell is not None

    async def run(self, app: ASGIApp, project: Path) -> None:
        """Run the app and say how it ended; cancellation breaks the line. Paths are reported as seen from `project`."""
        try:
            await app(self._scope, self.receive, self.send)
            self._check_end()
        except (asyncio.CancelledError, KeyboardInterrupt):
            self._line.close()
            raise
        except BaseException as error:
            # An app that calls sys.exit() in the middle of a request has failed in just that one.
            self._line.write(Failed(report(error, project)))
        else:
            self._line.write(Done())
        finally:
            self._is_over = True

    async def receive(self) -> Message:
        while not self._inbox:
            if self._farewell is not None:
                return {**self._farewell}
            if self._is_over or self._is_http and self._order.state is State.ENDED:
                return self._disconnect()
            if not self._asked:
                self._asked = True
                self._line.write(Ask())
            self._heard.clear()
            await self._heard.wait()

        return self._inbox.popleft()

    async def send(self, message: Message) -> None:
        if self._is_over or self._is_deaf or self._line.is_closed:
            self._refuse()
            return

        frame = self._order.take(message)

        if _is_followed(frame):
            self._line.hold(frame)
        else:
            self._write(frame)

        if self._order.state is State.ENDED:
            # Who waits in `receive` learns of the end, as with any server.
            self._heard.set()

        await self._line.drain()

    def hear(self, frame: Frame) -> None:
        match frame:
            case Piece(body, more, whole):
                self._asked = not whole
                self._inbox.append({"type": "http.request", "body": body, "more_body": more})
            case Said(message) if message["type"] in ("http.disconnect", "websocket.disconnect"):
                self._asked = False
                self.leave(message)
            case Said(message):
                self._asked = False
                self._inbox.append(message)
            case Gone():
                self._is_deaf = True
                self.leave()
            case _:
                raise RuntimeError(f"a front does not say {frame}")

        self._heard.set()

    def leave(self, farewell: Message | None = None) -> None:
        """From now on, once it has received what is there, the app hears that its client has gone."""
        if self._farewell is None:
            self._farewell = farewell or self._disconnect()

        self._heard.set()

    def _disconnect(self) -> Message:
        if self._is_http:
            return {"type": "http.disconnect"}

        return {"type": "websocket.disconnect", "code": ABNORMAL, "reason": ""}

    def _write(self, frame: Said | Piece) -> None:
        try:
            self._line.write(frame)
        except ValueError:
            self._line.write(Said(_made_plain(frame)))

    def _refuse(self) -> None:
        version = str(self._scope.get("asgi", {}).get("spec_version", "2.0"))

        if tuple(int(part) for part in version.split(".")) >= REFUSES_SINCE:
            raise ClientGone("the client has gone")

    def _check_end(self) -> None:
        if self._farewell is not None or self._order.state is State.ENDED:
            return
        if self._order.state is State.NEW:
            raise AppMessageError("the app returned without a response")
        if self._is_http:
            raise AppMessageError("the app returned before its response was complete; expected more_body=False at last")


def _is_followed(frame: Said | Piece) -> bool:
    """Most of the time, does another frame come at once? A head has a body, and behind the body the app returns."""
    match frame:
        case Piece(body, more):
            return not more and len(body) <= JOINED
        case Said(message):
            return bool(message["type"] == "http.response.start")


def _made_plain(frame: Said | Piece) -> Message:
    message = frame.message if isinstance(frame, Said) else {}
    try:
        made: Message = plain(dict(message))
    except NotPlain as error:
        raise AppMessageError(f"the app sent {message['type']!r} with {error}") from None

    return made
