"""Pages that read what is wrong before the server prints it, which may take seconds that nobody is answered in.

A traceback of ten thousand calls does, and so does an exception whose words take their time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import anyio

if TYPE_CHECKING:
    from .channel import Channel

PATIENCE_S: Final = 0.1


class Readers:
    """Who has asked what is wrong."""

    def __init__(self) -> None:
        self._waiting: set[anyio.Event] = set()

    def have_read(self) -> None:
        """Somebody has."""
        for event in tuple(self._waiting):
            event.set()

    async def first(self, channel: Channel) -> None:
        """Wait until somebody has, of those who can be seen; `PATIENCE_S` at most."""
        if not any(page.is_visible for page in channel.pages):
            return

        event = anyio.Event()
        self._waiting.add(event)
        try:
            with anyio.move_on_after(PATIENCE_S):
                await event.wait()
        finally:
            self._waiting.discard(event)
