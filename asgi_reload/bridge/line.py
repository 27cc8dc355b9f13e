"""One end of a line: frames in, frames out, and when to wait. Knows nothing of what they mean."""

from __future__ import annotations

import asyncio
import socket
import sys
from typing import TYPE_CHECKING, Final, Protocol, cast

from .frames import Reader, encode

if TYPE_CHECKING:
    from .frames import Frame


JOINED: Final = 16 * 1024
"""Bytes of a body that are cheaper copied behind their header than written on their own."""

READ_SIZE: Final = 128 * 1024
"""Bytes read at once: so few that the allocator has room for them at hand, and does not ask the system each time."""


class Ear(Protocol):
    """Who is told what comes over a line, from inside the event loop's callback."""

    def hear(self, frame: Frame) -> None: ...

    def lose(self) -> None:
        """The line is broken or closed; nothing more will come."""


def read_buffer() -> memoryview:
    """What lines read into: one for all of an end, for a loop fills it and says so in one go."""
    return memoryview(bytearray(READ_SIZE))


class Line(asyncio.BufferedProtocol):
    """Its owner sets `ear` before it opens the line; from call to call it may be another."""

    ear: Ear
    loop: asyncio.AbstractEventLoop
    """The running one: to ask for it costs a system call in Python 3.11."""

    def __init__(self, buffer: memoryview) -> None:
        self.is_closed = False
        self._reader = Reader()
        # A proactor reads ahead, so there each line needs its own.
        self._buffer = buffer if sys.platform != "win32" else read_buffer()
        self._held = b""
        self._writable = asyncio.Event()
        self._writable.set()

    async def open(self, end: socket.socket) -> None:
        """Take over one end of a socket pair, which is closed with the line."""
        self.loop = asyncio.get_running_loop()
        end.setblocking(False)
        is_unix = end.family == getattr(socket, "AF_UNIX", None)
        connect = self.loop.create_unix_connection if is_unix else self.loop.create_connection
        opening = self.loop.create_task(connect(lambda: self, sock=end))
        try:
            await asyncio.shield(opening)
        except asyncio.CancelledError:
            # Given up halfway, a descriptor would be closed twice by uvloop; and opening takes but a round of the loop.
            await opening
            self.abort()
            raise
        except OSError:
            self.is_closed = True
            end.close()
            raise

    def write(self, frame: Frame) -> None:
        """Send it now; what does not fit into the socket is buffered, so see `drain`. Nothing if the line is closed.

        Raises ValueError if the frame is no plain data.
        """
        head, body = encode(frame)

        if self.is_closed:
            return
        if self._held:
            head, self._held = self._held + head, b""
        if not body:
            self._transport.write(head)
        elif len(body) <= JOINED:
            self._transport.write(head + body)
        else:
            self._transport.writelines((head, body))

    def hold(self, frame: Frame) -> None:
        """Send it with the next one, or else when the loop comes round: one system call less for most responses."""
        head, body = encode(frame)

        if not self._held:
            self.loop.call_soon(self._flush)

        self._held += head + body

    async def drain(self) -> None:
        """Wait until there is room for more, or the line is closed."""
        if not self._writable.is_set():
            await self._writable.wait()

    def pause(self) -> None:
        """Let the other end wait: read no more for now."""
        if not self.is_closed:
            self._transport.pause_reading()

    def resume(self) -> None:
        if not self.is_closed:
            self._transport.resume_reading()

    def close(self) -> None:
        """Send what is buffered, and no more."""
        if not self.is_closed:
            self._flush()
            self.is_closed = True
            self._transport.close()

    def abort(self) -> None:
        """Break the line, whatever is buffered."""
        self.is_closed = True
        self._transport.abort()

    def _flush(self) -> None:
        if self._held and not self.is_closed:
            self._transport.write(self._held)

        self._held = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's own transports are no subclass of it, for all that they do the same.
        self._transport = cast("asyncio.Transport", transport)

    def get_buffer(self, sizehint: int) -> memoryview:
        return self._buffer

    def buffer_updated(self, nbytes: int) -> None:
        for frame in self._reader.feed(bytes(self._buffer[:nbytes])):
            self.ear.hear(frame)

    def pause_writing(self) -> None:
        self._writable.clear()

    def resume_writing(self) -> None:
        self._writable.set()

    def connection_lost(self, exc: Exception | None) -> None:
        self.is_closed = True
        self._writable.set()
        self.ear.lose()
