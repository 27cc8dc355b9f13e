"""What the front and its workers tell each other: JSON objects, each behind its length. Knows no socket."""

from __future__ import annotations

import json
import struct
from typing import TYPE_CHECKING, Any, Final

from ..errors import ControlError

if TYPE_CHECKING:
    from collections.abc import Mapping

# A fingerprint of a large project is the largest message there is.
MAX_MESSAGE: Final = 64 * 1024 * 1024
HEADER: Final = struct.Struct("!I")


def encode(message: Mapping[str, Any]) -> bytes:
    """The message as bytes: four of length (big-endian), then JSON in ASCII, so that lone surrogates survive.

    Raises ControlError for more than MAX_MESSAGE bytes, TypeError for what JSON does not have.
    """
    body = json.dumps(message, separators=(",", ":")).encode("ascii")
    _check(len(body))
    return HEADER.pack(len(body)) + body


class Decoder:
    """Takes bytes as they come; gives messages as they are complete."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> list[dict[str, Any]]:
        """The messages that are complete now. Raises ControlError for what is no message; then nothing can follow."""
        self._buffer += data
        messages = []

        while (body := self._next()) is not None:
            messages.append(_parsed(body))

        return messages

    def _next(self) -> bytes | None:
        if len(self._buffer) < HEADER.size:
            return None

        (length,) = HEADER.unpack_from(self._buffer)
        _check(length)
        end = HEADER.size + length

        if len(self._buffer) < end:
            return None

        body = bytes(self._buffer[HEADER.size : end])
        del self._buffer[:end]
        return body


def _parsed(body: bytes) -> dict[str, Any]:
    try:
        message = json.loads(body)
    except ValueError as error:
        raise ControlError(f"a control message is no JSON: {error}") from error

    if not isinstance(message, dict):
        raise ControlError(f"a control message is {type(message).__name__}, expected an object")

    return message


def _check(length: int) -> None:
    if length > MAX_MESSAGE:
        raise ControlError(f"a control message of {length} bytes; at most {MAX_MESSAGE} are taken")
