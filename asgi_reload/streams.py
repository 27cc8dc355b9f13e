"""A page's line to the channel, as an event stream and as a WebSocket. How long each may last, and how each ends.

An event stream ends by itself after a while, and the page comes back and says where it left off: a server that we do
not hear stopping is held up no longer than that, and a client that vanished without a word is forgotten.
"""

from __future__ import annotations

import time
from collections import deque
from contextlib import suppress
from typing import TYPE_CHECKING, Final, Protocol

import anyio

from . import replies, sse
from .agents import browser_of
from .close_codes import GOING_AWAY, NORMAL, POLICY_VIOLATION, SERVICE_RESTART, TRY_AGAIN
from .errors import MessageError
from .facts import SUBPROTOCOL
from .page_messages import Pong, parse
from .position import follows, position, user_agent
from .protocol import Busy, Bye, Stale

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from contextlib import AbstractAsyncContextManager, AbstractContextManager

    from starlette.types import Receive, Scope, Send

    from .channel import Channel
    from .protocol import ServerMessage
    from .subscription import Subscription

    Event = Callable[[ServerMessage], Awaitable[bytes]]

STREAM_LIFE_S: Final = 40.0
SILENCE_S: Final = 35.0
"""Pings that a page leaves unanswered for so long have not arrived."""
CLOSE_DEADLINE_S: Final = 0.5
MAX_MESSAGES_A_SECOND: Final = 20

HTTP_1: Final = frozenset({"1.0", "1.1"})
CLOSE: Final = (b"connection", b"close")
STREAM_HEADERS: Final = ((b"x-accel-buffering", b"no"), (b"content-encoding", b"identity"))


class PeerOf(Protocol):
    """The address that counts against the limit for one peer; None for this machine."""

    def __call__(self, scope: Scope, /) -> str | None: ...


class Streams:
    """Opens lines: subscribes a client to the channel for as long as it is there."""

    def __init__(
        self,
        channel: Channel,
        hosted: Callable[[], AbstractAsyncContextManager[object]],
        peer_of: PeerOf,
        complain: Callable[[str], None],
        life: float = STREAM_LIFE_S,
    ) -> None:
        self._channel = channel
        self._hosted = hosted
        self._peer_of = peer_of
        self._complain = complain
        self._life = life

    async def events(self, scope: Scope, receive: Receive, send: Send) -> None:
        """All messages as server-sent events, `hello` at once."""
        if scope["method"] == "HEAD":
            await begin(scope, send)
            await send({"type": "http.response.body"})
            return

        async with self._hosted():
            with self.subscribe(scope, "sse") as subscription:
                await self.stream(scope, receive, send, subscription, _event)

    async def stream(
        self, scope: Scope, receive: Receive, send: Send, subscription: Subscription, event: Event
    ) -> None:
        """Send what a subscription says, as events, until it ends, its time is over or the client has gone."""

        async def write(message: ServerMessage) -> None:
            if isinstance(message, Busy):
                await send({"type": "http.response.body", "body": sse.retry(message.retry), "more_body": True})
            await send({"type": "http.response.body", "body": await event(message), "more_body": True})

        async def body() -> None:
            await begin(scope, send)
            with anyio.move_on_after(self._life):
                await subscription.deliver(write)
            with anyio.move_on_after(0 if subscription.is_slow else CLOSE_DEADLINE_S):
                await send({"type": "http.response.body"})

        await until_gone(receive, body)

    async def stale(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Tell a page of an earlier server to load anew: with 200, since an EventSource gives up after a 403."""
        message = Stale(self._channel.boot)

        if scope["type"] == "websocket":
            await _accept(scope, receive, send)
            await send({"type": "websocket.send", "text": message.json})
            await send({"type": "websocket.close", "code": POLICY_VIOLATION})
        else:
            await begin(scope, send)
            await send({"type": "http.response.body", "body": sse.event(message)})

    async def socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        """All messages as text frames, and the page's own words on the way back."""
        async with self._hosted():
            with self.subscribe(scope, "ws") as subscription:
                await _accept(scope, receive, send)
                code = await self._converse(receive, send, subscription)

        if code is not None:
            # A peer that does not read does not answer a close either.
            with anyio.move_on_after(CLOSE_DEADLINE_S), suppress(OSError):
                await send({"type": "websocket.close", "code": code})

    def subscribe(self, scope: Scope, transport: str) -> AbstractContextManager[Subscription]:
        """A subscription for this client, from where it left off."""
        boot, since = position(scope)
        return self._channel.subscribe(
            transport=transport,
            peer=self._peer_of(scope),
            browser=browser_of(user_agent(scope)),
            boot=boot,
            since=since,
            follows=follows(scope),
        )

    async def _converse(self, receive: Receive, send: Send, subscription: Subscription) -> int | None:
        """Both ways until one ends; the code to close with, None if the page has gone."""
        code: int | None = None

        async def write(message: ServerMessage) -> None:
            await send({"type": "websocket.send", "text": message.json})

        async def listen() -> None:
            nonlocal code
            try:
                code = await self._listen(receive, subscription.client)
            except MessageError as error:
                self._complain(f"a page was disconnected: {error}")
                code = error.code
            group.cancel_scope.cancel()

        async with anyio.create_task_group() as group:
            group.start_soon(listen)
            with suppress(OSError):
                code = _close_code(await subscription.deliver(write))
            group.cancel_scope.cancel()

        return code

    async def _listen(self, receive: Receive, client: str) -> int | None:
        """Take in what a page says until it goes (None) or no longer answers pings (a code)."""
        times: deque[float] = deque(maxlen=MAX_MESSAGES_A_SECOND)
        answers = False

        while True:
            with anyio.move_on_after(SILENCE_S if answers else None) as silence:
                event = await receive()
            if silence.cancelled_caught:
                return GOING_AWAY
            if event["type"] == "websocket.disconnect":
                return None
            _limit_rate(times)
            message = parse(event.get("text") or event.get("bytes") or b"")
            answers = answers or isinstance(message, Pong)
            self._channel.hear(message, client)


async def _event(message: ServerMessage) -> bytes:
    return sse.event(message)


async def begin(scope: Scope, send: Send) -> None:
    """Begin an event stream that no proxy or compressing middleware holds back."""
    # A server that is told to stop may wait for a connection that a browser would use again. HTTP/2 has no such header.
    last = (CLOSE,) if scope.get("http_version", "1.1") in HTTP_1 else ()
    await replies.start(send, 200, sse.MEDIA_TYPE, *STREAM_HEADERS, *last)


async def until_gone(receive: Receive, body: Callable[[], Awaitable[None]]) -> None:
    """Run `body`, and stop it when the client has gone."""

    async def watch() -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        group.cancel_scope.cancel()

    async with anyio.create_task_group() as group:
        group.start_soon(watch)
        with suppress(OSError):  # how a server may say that the client has gone
            await body()
        group.cancel_scope.cancel()


async def _accept(scope: Scope, receive: Receive, send: Send) -> None:
    await receive()  # websocket.connect
    chosen = SUBPROTOCOL if SUBPROTOCOL in scope.get("subprotocols", ()) else None
    await send({"type": "websocket.accept", "subprotocol": chosen, "headers": []})


def _close_code(last: ServerMessage | None) -> int:
    match last:
        case Bye():
            return SERVICE_RESTART
        case Busy() | None:
            return TRY_AGAIN
        case _:
            return NORMAL


def _limit_rate(times: deque[float]) -> None:
    now = time.monotonic()

    if len(times) == times.maxlen and now - times[0] < 1:
        raise MessageError(f"more than {times.maxlen} messages a second")

    times.append(now)
