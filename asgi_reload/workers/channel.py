"""The end of a control socket in an event loop, in the front as in a worker. Knows no message by name."""

from __future__ import annotations

import asyncio
import socket
from collections import deque
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from ..errors import ControlError, PeerGone
from .messages import MAX_MESSAGE
from .wire import Inbox, packed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

MAX_QUEUED: Final = 2 * MAX_MESSAGE


class ControlChannel:
    """Messages both ways over one end of a socket pair. Owns the socket. For the thread of one loop."""

    def __init__(self, sock: socket.socket) -> None:
        sock.setblocking(False)
        self._sock = sock
        self._inbox = Inbox(sock)
        self._outgoing: deque[tuple[memoryview, socket.socket | None]] = deque()
        self._queued = 0
        self._is_heard = True
        self._is_closed = False
        self._ended: asyncio.Future[None] | None = None

    async def run(self, on_message: Callable[[dict[str, Any], socket.socket | None], None]) -> None:
        """Hand over what comes in until the peer closes, `close` is called or the task is cancelled; then close.

        on_message: gets the message, and the line that came with it and is its own from then on (not set to blocking
        or non-blocking). What it raises comes out here, and so does ControlError for what is no message.
        """
        if self._is_closed:
            return

        loop = asyncio.get_running_loop()
        ended = self._ended = loop.create_future()
        loop.add_reader(self._sock, self._read, on_message)
        try:
            self._write()
            await ended
        finally:
            loop.remove_reader(self._sock)
            loop.remove_writer(self._sock)
            self._ended = None
            self.close()

    def send(self, message: Mapping[str, Any], line: socket.socket | None = None) -> None:
        """Send, or queue what the socket does not take now. The line is closed here as soon as it is on its way.

        Raises PeerGone where nobody hears it (any more, or for so long that MAX_QUEUED bytes wait), ControlError for
        a message that is too large.
        """
        try:
            data = packed(message, line)
            self._check_room(len(data))
        except BaseException:
            if line is not None:
                line.close()
            raise

        self._outgoing.append((memoryview(data), line))
        self._queued += len(data)
        self._write()

        if not self._is_heard:
            raise PeerGone("the other end of the control socket has gone")

    def close(self) -> None:
        """Close the socket; a `run` ends. Nothing that waits is sent."""
        self._is_closed = True
        self._hang_up()
        self._inbox.close()

        if self._ended is None:
            self._sock.close()
        elif not self._ended.done():
            self._ended.set_result(None)

    def _check_room(self, length: int) -> None:
        if self._is_closed:
            raise PeerGone("the control socket is closed")

        if self._queued + length > MAX_QUEUED:
            self.close()
            raise PeerGone(f"the other end of the control socket does not read: {self._queued} bytes wait")

    def _read(self, on_message: Callable[[dict[str, Any], socket.socket | None], None]) -> None:
        ended = self._ended

        try:
            received = self._inbox.read()
        except (BlockingIOError, InterruptedError):
            return
        except (ControlError, OSError) as error:
            _fail(ended, error)
            return

        if received is None:
            self.close()
            return

        for message, line in received:
            self._deliver(on_message, message, line)

    def _deliver(
        self,
        on_message: Callable[[dict[str, Any], socket.socket | None], None],
        message: dict[str, Any],
        line: socket.socket | None,
    ) -> None:
        ended = self._ended

        if ended is not None and not ended.done():
            try:
                on_message(message, line)
            except Exception as error:
                _fail(ended, error)
        elif line is not None:
            line.close()

    def _write(self) -> None:
        """Send what the socket takes. A peer that has gone is no error here: its last words may still be unread."""
        try:
            while self._outgoing:
                self._write_first()
        except (BlockingIOError, InterruptedError):
            pass
        except OSError:
            self._hang_up()

        if self._ended is None:
            return

        loop = asyncio.get_running_loop()
        if self._outgoing:
            loop.add_writer(self._sock, self._write)
        else:
            loop.remove_writer(self._sock)

    def _write_first(self) -> None:
        data, line = self._outgoing[0]
        sent = socket.send_fds(self._sock, [data], [line.fileno()]) if line is not None else self._sock.send(data)

        if line is not None:
            line.close()

        self._queued -= sent
        if sent == len(data):
            self._outgoing.popleft()
        else:
            self._outgoing[0] = data[sent:], None

    def _hang_up(self) -> None:
        self._is_heard = False
        self._queued = 0

        while self._outgoing:
            _, line = self._outgoing.popleft()
            if line is not None:
                line.close()


def _fail(ended: asyncio.Future[None] | None, error: Exception) -> None:
    with suppress(asyncio.InvalidStateError):
        if ended is not None:
            ended.set_exception(error)
