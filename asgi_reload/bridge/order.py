"""The messages that an app may send, in which order, and as which frames. Pure.

Says what is wrong to the app, in its own `send`, where the traceback shows the line: the server behind the other end
of the line would say it to nobody. (ASGI specification, "HTTP & WebSocket ASGI Message Format".)
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Any, Final, Protocol

from ..errors import AppMessageError
from .frames import Piece, Said

if TYPE_CHECKING:
    from collections.abc import Collection

    from .frames import Message

NOT_CARRIED: Final = {
    "http.response.trailers": "http.response.trailers",
    "http.response.pathsend": "http.response.pathsend",
    "http.response.zerocopysend": "http.response.zerocopysend",
    "http.response.early_hint": "http.response.early_hint",
    "http.response.push": "http.response.push",
    "http.response.debug": "http.response.debug",
    "websocket.http.response.start": "websocket.http.response",
    "websocket.http.response.body": "websocket.http.response",
}
"""Message → the extension that has to be offered for it."""


class State(Enum):
    """How far a call is, as seen from what the app has sent."""

    NEW = "new"
    OPEN = "open"
    DENYING = "denying"
    ENDED = "ended"


class Order(Protocol):
    """The order of one call."""

    state: State

    def take(self, message: Message) -> Said | Piece:
        """The frame for the next message; AppMessageError if it has no place here."""


class HttpOrder:
    """start, then bodies until one says that no more come."""

    __slots__ = ("_offered", "state")

    def __init__(self, offered: Collection[str]) -> None:
        self.state = State.NEW
        self._offered = offered

    def take(self, message: Message) -> Said | Piece:
        match self.state, message["type"]:
            case State.OPEN, "http.response.body":
                more = bool(message.get("more_body", False))
                if not more:
                    self.state = State.ENDED
                return Piece(_bytes(message.get("body", b""), "body"), more)
            case State.NEW, "http.response.start":
                if message.get("trailers"):
                    raise _not_offered("http.response.trailers", "http.response.trailers")
                self.state = State.OPEN
                return Said(_start(message))
            case State.NEW, "http.response.debug" if "http.response.debug" in self._offered:
                return Said(message)
            case State.OPEN, "http.response.pathsend" if "http.response.pathsend" in self._offered:
                self.state = State.ENDED
                return Said({"type": "http.response.pathsend", "path": str(message["path"])})
            case _, kind:
                raise _out_of_order(kind, self.state, EXPECTED_HTTP, self._offered)


class WebSocketOrder:
    """accept, then sends until close; or close, or a response, instead of accept."""

    __slots__ = ("_offered", "state")

    def __init__(self, offered: Collection[str]) -> None:
        self.state = State.NEW
        self._offered = offered

    def take(self, message: Message) -> Said:
        match self.state, message["type"]:
            case State.OPEN, "websocket.send":
                return Said(_send(message))
            case State.NEW, "websocket.accept":
                self.state = State.OPEN
                return Said({**message, "headers": _headers(message.get("headers") or ())})
            case State.NEW | State.OPEN, "websocket.close":
                self.state = State.ENDED
                return Said(message)
            case State.NEW, "websocket.http.response.start" if "websocket.http.response" in self._offered:
                self.state = State.DENYING
                return Said(_start(message))
            case State.DENYING, "websocket.http.response.body":
                if not message.get("more_body", False):
                    self.state = State.ENDED
                return Said({**message, "body": _bytes(message.get("body", b""), "body")})
            case _, kind:
                raise _out_of_order(kind, self.state, EXPECTED_WEBSOCKET, self._offered)


EXPECTED_HTTP: Final = {
    State.NEW: "'http.response.start'",
    State.OPEN: "'http.response.body'",
    State.ENDED: "nothing: the response is complete",
}
EXPECTED_WEBSOCKET: Final = {
    State.NEW: "'websocket.accept' or 'websocket.close'",
    State.OPEN: "'websocket.send' or 'websocket.close'",
    State.DENYING: "'websocket.http.response.body'",
    State.ENDED: "nothing: the WebSocket is closed",
}


def _out_of_order(kind: str, state: State, expected: dict[State, str], offered: Collection[str]) -> AppMessageError:
    extension = NOT_CARRIED.get(kind)

    if extension and extension not in offered:
        return _not_offered(kind, extension)

    return AppMessageError(f"the app sent {kind!r}; expected {expected[state]}")


def _not_offered(kind: str, extension: str) -> AppMessageError:
    return AppMessageError(
        f"the app sent {kind!r}, but the extension {extension!r} is not in scope['extensions']; "
        "ask there before using it"
    )


def _start(message: Message) -> Message:
    status = message.get("status")

    if not isinstance(status, int):
        raise AppMessageError(f"{message['type']!r} has status {status!r}; expected an int")

    return {"type": message["type"], "status": int(status), "headers": _headers(message.get("headers") or ())}


def _headers(headers: Any) -> list[tuple[bytes, bytes]]:
    try:
        return [(_bytes(name, "header"), _bytes(value, "header")) for name, value in headers]
    except (TypeError, ValueError):
        raise AppMessageError("headers are no pairs; expected an iterable of (name, value), both bytes") from None


def _send(message: Message) -> Message:
    text, data = message.get("text"), message.get("bytes")

    if data is not None:
        return {"type": "websocket.send", "bytes": _bytes(data, "bytes")}
    if not isinstance(text, str):
        raise AppMessageError(f"'websocket.send' has no bytes, and text {text!r:.40}; expected either")

    return {"type": "websocket.send", "text": str.__str__(text)}


def _bytes(value: Any, what: str) -> bytes:
    if type(value) is bytes:
        return value
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value)

    raise AppMessageError(f"{what} is a {type(value).__qualname__}; expected bytes")
