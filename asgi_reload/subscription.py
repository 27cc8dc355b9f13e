"""One client's queue of messages: bounded, since a page that is many messages behind needs one answer, reload.

Whoever adds a message never waits, and may be in another thread than the loop that reads.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import anyio
from anyio.lowlevel import current_token

from .protocol import Ping, UpdateMessage
from .updates import Reload

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from .protocol import ServerMessage

MAX_PENDING: Final = 16
HEARTBEAT_S: Final = 10
SEND_DEADLINE_S: Final = 15.0
"""A send that has not returned by then has no reader."""
BYE_DEADLINE_S: Final = 0.3
"""The same once the channel is closed: a server that stops does not wait for who does not read."""


class Subscription:
    """One client's messages, in order: hello, what it missed, updates, pings; ends after bye or busy.

    heartbeat: seconds of silence after which it says ping, with the seq of that moment.
    """

    def __init__(
        self,
        client: str,
        transport: str,
        peer: str | None,
        seq: Callable[[], int],
        heartbeat: float = HEARTBEAT_S,
        patience: float = SEND_DEADLINE_S,
    ) -> None:
        self.client = client
        self.transport = transport
        self.peer = peer
        self.is_slow = False
        self._seq = seq
        self._heartbeat = heartbeat
        self._patience = patience
        self._pending: deque[ServerMessage] = deque()
        self._has_ended = False
        self._wake = anyio.Event()
        self._sending: anyio.CancelScope | None = None
        # A callback of the loop runs in no task, and cannot ask for the loop's time.
        self._clock_offset = anyio.current_time() - time.monotonic()
        self._thread = threading.get_ident()
        token = current_token()
        self._loop: Any = getattr(token, "native_token", token)

    def push(self, message: ServerMessage) -> None:
        """Add a message; a backlog over the bound becomes one reload."""
        self._call_in_loop(partial(self._add, message))

    def end(self, message: ServerMessage) -> None:
        """Add the last message."""
        self._call_in_loop(partial(self._finish, message))

    async def deliver(self, send: Callable[[ServerMessage], Awaitable[None]]) -> ServerMessage | None:
        """Send all messages until the last one, which it returns; None if a send did not return in time."""
        message: ServerMessage | None = None

        async for message in self:
            patience = BYE_DEADLINE_S if self._has_ended else self._patience
            with anyio.move_on_after(patience) as self._sending:
                await send(message)
            if self._sending.cancelled_caught:
                self.is_slow = True
                return None

        return message

    def __aiter__(self) -> AsyncIterator[ServerMessage]:
        return self

    async def __anext__(self) -> ServerMessage:
        while not self._pending:
            if self._has_ended:
                raise StopAsyncIteration
            await self._listen()

        return self._pending.popleft()

    async def _listen(self) -> None:
        self._wake = anyio.Event()

        with anyio.move_on_after(self._heartbeat) as silence:
            await self._wake.wait()

        if silence.cancelled_caught and not self._pending:
            self._pending.append(Ping(self._seq()))

    def _add(self, message: ServerMessage) -> None:
        if self._has_ended:
            return

        self._pending.append(message)

        if isinstance(message, UpdateMessage) and len(self._pending) > MAX_PENDING:
            self._collapse(message)

        self._wake.set()

    def _finish(self, message: ServerMessage) -> None:
        self._add(message)
        self._has_ended = True

        if self._sending is not None:
            now = time.monotonic() + self._clock_offset
            self._sending.deadline = min(self._sending.deadline, now + BYE_DEADLINE_S)

    def _collapse(self, last: UpdateMessage) -> None:
        updates = [message for message in self._pending if isinstance(message, UpdateMessage)]
        others = [message for message in self._pending if not isinstance(message, UpdateMessage)]
        self._pending.clear()
        self._pending.extend((*others, one_reload(last.seq, last.generation, f"{len(updates)} updates at once")))

    def _call_in_loop(self, call: Callable[[], None]) -> None:
        # The queue is touched in the loop of its reader and nowhere else.
        if threading.get_ident() == self._thread:
            call()
            return

        schedule = getattr(self._loop, "call_soon_threadsafe", None) or self._loop.run_sync_soon
        with suppress(RuntimeError):  # that loop is closed, and nobody waits there any more
            schedule(call)


def one_reload(seq: int, generation: int, reason: str) -> UpdateMessage:
    """The answer to any number of updates."""
    return UpdateMessage(seq, generation, (Reload((), reason),))
