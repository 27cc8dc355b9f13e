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

from .protocol import News, Ping, ProblemsMessage, UpdateMessage
from .updates import Reload

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from .protocol import ServerMessage

MAX_PENDING: Final = 16
HEARTBEAT_S: Final = 10
SEND_DEADLINE_S: Final = 10.0
"""A send that has not returned by then has no reader; noticed in at most twice the time."""
BYE_DEADLINE_S: Final = 0.4
"""For all that is left to send once the channel is closed: a server that stops does not wait for who does not read."""


class Subscription:
    """One client's messages, in order: hello, what it missed, updates, pings; ends after bye or busy.

    heartbeat: seconds of silence after which it says ping, with the seq of that moment. patience: of one send.
    peer: an address that counts against the limit for one; None is this machine. latency: ms of the last ping there and
    back, None until one was answered.
    """

    def __init__(
        self,
        client: str,
        transport: str,
        peer: str | None,
        seq: Callable[[], int],
        heartbeat: float = HEARTBEAT_S,
        patience: float = SEND_DEADLINE_S,
        browser: str = "",
    ) -> None:
        self.client = client
        self.transport = transport
        self.peer = peer
        self.browser = browser
        self.latency: float | None = None
        self.is_slow = False
        self._pinged: float | None = None
        self._seq = seq
        self._heartbeat = heartbeat
        self._patience = patience
        self._pending: deque[ServerMessage] = deque()
        self._has_ended = False
        self._has_said_all = False
        self._wake = anyio.Event()
        self._delivery: anyio.CancelScope | None = None
        self._sending_since: float | None = None
        self._spoke = time.monotonic()
        # A callback of the loop runs in no task, and cannot ask for the loop's time.
        self._clock_offset = anyio.current_time() - time.monotonic()
        self._thread = threading.get_ident()
        token = current_token()
        self._loop: Any = getattr(token, "native_token", token)

    def push(self, message: ServerMessage) -> None:
        """Add a message; a backlog over the bound becomes one reload."""
        self._call_in_loop(partial(self._add, message))

    def stir(self) -> None:
        """Add the word that there is news, unless it stands there already."""
        self._call_in_loop(self._add_news)

    def answered(self) -> None:
        """The last ping was."""
        if self._pinged is not None:
            self.latency = (time.monotonic() - self._pinged) * 1000
            self._pinged = None

    def end(self, message: ServerMessage) -> None:
        """Add the last message."""
        self._call_in_loop(partial(self._finish, message))

    async def deliver(self, send: Callable[[ServerMessage], Awaitable[None]]) -> ServerMessage | None:
        """Send all messages until the last one, which it returns; None if sends did not return in time."""
        last: ServerMessage | None = None
        error: Exception | None = None

        # One timer that is looked at now and then, and none for each message: a thousand clients wait for theirs.
        async with anyio.create_task_group() as group:
            self._delivery = group.cancel_scope
            group.start_soon(self._keep_watch, group.cancel_scope)
            try:
                last = await self._send_all(send)
            except Exception as raised:
                error = raised
            group.cancel_scope.cancel()

        self.is_slow = error is None and not self._has_said_all
        if error is not None:
            raise error

        return None if self.is_slow else last

    def __aiter__(self) -> AsyncIterator[ServerMessage]:
        return self

    async def __anext__(self) -> ServerMessage:
        while not self._pending:
            if self._has_ended:
                raise StopAsyncIteration
            self._wake = anyio.Event()
            await self._wake.wait()

        return self._pending.popleft()

    async def _send_all(self, send: Callable[[ServerMessage], Awaitable[None]]) -> ServerMessage | None:
        message: ServerMessage | None = None

        async for message in self:
            self._sending_since = time.monotonic()
            await send(message)
            self._sending_since = None
            self._spoke = time.monotonic()

        self._has_said_all = True
        return message

    async def _keep_watch(self, delivery: anyio.CancelScope) -> None:
        """Break the silence, and give up on a send that does not return."""
        while True:
            if self._sending_since is None:
                left = self._spoke + self._heartbeat - time.monotonic()
                if left <= 0:
                    self._pinged = time.monotonic()
                    self._add(Ping(self._seq()))
                    left = self._heartbeat
            else:
                left = self._sending_since + self._patience - time.monotonic()
                if left <= 0:
                    delivery.cancel()
                left = min(left, self._heartbeat / 10)  # most sends return at once; then it is silence that counts
            await anyio.sleep(min(max(left, 0), self._patience))

    def _add(self, message: ServerMessage) -> None:
        if self._has_ended:
            return

        if isinstance(message, ProblemsMessage) and (untold := self._place_of(ProblemsMessage)) is not None:
            # Only the last count is of use, and an app may fail as often as it is asked.
            self._pending[untold] = message
            return

        self._pending.append(message)

        if isinstance(message, UpdateMessage) and len(self._pending) > MAX_PENDING:
            self._collapse(message)

        self._wake.set()

    def _add_news(self) -> None:
        if self._place_of(News) is None:
            self._add(News())

    def _place_of(self, kind: type[ServerMessage]) -> int | None:
        """Where in the queue the first of that kind waits."""
        return next((place for place, message in enumerate(self._pending) if isinstance(message, kind)), None)

    def _finish(self, message: ServerMessage) -> None:
        self._add(message)
        self._has_ended = True

        if self._delivery is not None:
            self._delivery.deadline = time.monotonic() + self._clock_offset + BYE_DEADLINE_S

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
