"""What goes over a line, as values and as bytes; waits for nothing and knows no socket.

A frame is a header, metadata, and raw bytes. The metadata is `marshal`: the two ends are one installation of one Python
and parts of one program, which is what that format asks for, and nothing that is safe against strangers is as quick.
Bodies go raw, so that they are not copied to be written, and are handed out as they come.
"""

from __future__ import annotations

import marshal
from dataclasses import dataclass
from struct import Struct
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from ..report import Report

if TYPE_CHECKING:
    from collections.abc import MutableMapping

    Message: TypeAlias = MutableMapping[str, Any]

HEADER: Final = Struct("<BIQ")
"""Kind, bytes of metadata, bytes that follow raw."""

FORMAT: Final = 2
"""The newest format of `marshal` without references: they are looked up for each object, and ours hold none twice."""

BEGIN, ASK, SAID, MORE, LAST, GONE, DONE, FAILED = range(8)

RAW: Final = {
    "websocket.receive": "bytes",
    "websocket.send": "bytes",
    "websocket.http.response.body": "body",
}
"""Messages with a value that goes raw, and its key. Bodies of HTTP are pieces."""


@dataclass(slots=True)
class Begin:
    """Front: a call begins. `scope` is plain data."""

    scope: dict[str, Any]


@dataclass(slots=True)
class Ask:
    """Worker: the app waits for a message."""


@dataclass(slots=True)
class Said:
    """Either: an ASGI message, plain data."""

    message: Message


@dataclass(slots=True)
class Piece:
    """Either: bytes of a body (`http.request`, `http.response.body`).

    What is read may be a part of what was written: `whole` says that it is the last part, and `more` holds until then.
    """

    body: bytes
    more: bool
    whole: bool = True


@dataclass(slots=True)
class Gone:
    """Front: nobody listens to this call any more."""


@dataclass(slots=True)
class Done:
    """Worker: the app has returned."""


@dataclass(slots=True)
class Failed:
    """Worker: the app has raised."""

    report: Report


# Not frozen: that would triple what it takes to make one, and each request makes six.
Frame: TypeAlias = Begin | Ask | Said | Piece | Gone | Done | Failed

_BARE: Final[dict[type[Frame], bytes]] = {
    Ask: HEADER.pack(ASK, 0, 0),
    Gone: HEADER.pack(GONE, 0, 0),
    Done: HEADER.pack(DONE, 0, 0),
}


def encode(frame: Frame) -> tuple[bytes, bytes]:
    """What to write for a frame, and what to write right behind it. Raises ValueError if it is no plain data."""
    match frame:
        case Piece(body, more):
            return HEADER.pack(MORE if more else LAST, 0, len(body)), body
        case Said(message):
            return _said(message)
        case Begin(scope):
            return _with_data(BEGIN, scope), b""
        case Failed(report):
            return _with_data(FAILED, report.encode()), b""
        case _:
            return _BARE[type(frame)], b""


def _said(message: Message) -> tuple[bytes, bytes]:
    key = RAW.get(message["type"])
    body = message.get(key) if key else None

    if not body:
        return _with_data(SAID, message), b""

    body = bytes(body)
    data = marshal.dumps({name: value for name, value in message.items() if name != key}, FORMAT)
    return HEADER.pack(SAID, len(data), len(body)) + data, body


def _with_data(kind: int, value: Any) -> bytes:
    data = marshal.dumps(value, FORMAT)
    return HEADER.pack(kind, len(data), 0) + data


class Reader:
    """Makes frames of the bytes of one direction, however they are cut."""

    __slots__ = ("_held", "_left", "_more", "_need")

    def __init__(self) -> None:
        self._held = bytearray()
        self._need = HEADER.size
        self._left = 0
        self._more = False

    def feed(self, data: bytes) -> list[Frame]:
        """The frames that end in these bytes, and the part of a piece that is in them."""
        frames: list[Frame] = []
        at = 0

        if self._left:
            at = self._piece(data, 0, frames)
        elif self._held:
            self._held += data
            if len(self._held) < self._need:
                return frames
            data = bytes(self._held)
            self._held.clear()

        at = self._frames(data, at, frames)

        if at < len(data):
            self._held += data[at:]

        return frames

    def _frames(self, data: bytes, at: int, frames: list[Frame]) -> int:
        """Read frames from there on; where the first one begins that is not all there."""
        end = len(data)

        while end - at >= HEADER.size:
            kind, size, raw = HEADER.unpack_from(data, at)
            begin = at + HEADER.size

            if kind in (MORE, LAST):
                self._left, self._more = raw, kind == MORE
                at = self._piece(data, begin, frames)
                continue

            self._need = HEADER.size + size + raw
            if end - at < self._need:
                return at

            split = begin + size
            at = split + raw
            frames.append(_decoded(kind, data[begin:split], data[split:at]))

        self._need = HEADER.size
        return at

    def _piece(self, data: bytes, begin: int, frames: list[Frame]) -> int:
        # A slice that is all of the bytes is the same object: nothing is copied in the middle of a large body.
        body = data[begin : begin + self._left]
        self._left -= len(body)
        whole = self._left == 0

        if body or whole:
            frames.append(Piece(body, self._more or not whole, whole))

        return begin + len(body)


def _decoded(kind: int, data: bytes, raw: bytes) -> Frame:
    if kind == SAID:
        message = marshal.loads(data)
        if raw:
            message[RAW[message["type"]]] = raw
        return Said(message)
    if kind == BEGIN:
        return Begin(marshal.loads(data))
    if kind == FAILED:
        return Failed(Report.decode(marshal.loads(data)))

    return Ask() if kind == ASK else Done() if kind == DONE else Gone()
