"""Messages on a Unix socket, some with a line: another socket, carried as a descriptor. Knows no event loop."""

from __future__ import annotations

import socket
from collections import deque
from typing import TYPE_CHECKING, Any, Final

from ..errors import ControlError
from .messages import Decoder, encode

if TYPE_CHECKING:
    from collections.abc import Mapping

CHUNK: Final = 256 * 1024
# More than one message with a line may come with one read, where the system joins them.
MAX_LINES: Final = 64
# The key in which a message says that a line comes with it.
CARRIES: Final = "carries line"


def packed(message: Mapping[str, Any], line: socket.socket | None) -> bytes:
    """The bytes of a message; those with a line say so, and the line has to go out with the first of them."""
    return encode(message if line is None else {**message, CARRIES: True})


class Inbox:
    """What comes in on a socket: messages, each with its line. Descriptors come in the order of their messages."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._decoder = Decoder()
        self._lines: deque[socket.socket] = deque()

    def read(self) -> list[tuple[dict[str, Any], socket.socket | None]] | None:
        """Read once: the messages that are complete now, None at the end.

        The receiver owns the lines. Raises BlockingIOError where the socket does, ControlError for what is no message.
        """
        try:
            data, descriptors, _, _ = socket.recv_fds(self._sock, CHUNK, MAX_LINES, _FLAGS)
        except ConnectionError:
            return None

        for descriptor in descriptors:
            line = socket.socket(fileno=descriptor)
            line.set_inheritable(False)
            self._lines.append(line)

        return [self._paired(message) for message in self._decoder.feed(data)] if data else None

    def close(self) -> None:
        """Close the lines whose messages never came."""
        while self._lines:
            self._lines.popleft().close()

    def _paired(self, message: dict[str, Any]) -> tuple[dict[str, Any], socket.socket | None]:
        if not message.pop(CARRIES, False):
            return message, None

        if not self._lines:
            raise ControlError("a line did not arrive: this process has no file descriptor left (see `ulimit -n`)")

        return message, self._lines.popleft()


# Not there on every system; `set_inheritable` follows.
_FLAGS: Final = getattr(socket, "MSG_CMSG_CLOEXEC", 0)
