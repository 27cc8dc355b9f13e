"""Messages as server-sent events (WHATWG HTML, section 9.2). Formatting only; nothing here sends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .protocol import Hello, Ping, UpdateMessage

if TYPE_CHECKING:
    from .protocol import ServerMessage

MEDIA_TYPE = "text/event-stream"


def event(message: ServerMessage) -> bytes:
    """The message as exactly one event: an `id` where it has a sequence number, and one `data` line.

    The JSON is plain ASCII, so no text in it can end the line: not `\\r`, not `\\n`, not a file of such a name.
    """
    if isinstance(message, (Hello, UpdateMessage, Ping)):
        return f"id: {message.seq}\ndata: {message.json}\n\n".encode("ascii")

    return f"data: {message.json}\n\n".encode("ascii")


def retry(milliseconds: int) -> bytes:
    """Tells an EventSource how long to wait before it comes back."""
    return f"retry: {milliseconds:d}\n\n".encode("ascii")
