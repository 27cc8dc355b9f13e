"""From the server to every page: who listens, what they missed, how it ends. Knows no ASGI and no transport."""

from __future__ import annotations

import time
from collections import deque
from contextlib import contextmanager
from secrets import token_hex
from typing import TYPE_CHECKING, Any, Final

from .page_messages import Pong, Said
from .pages import Pages
from .protocol import Busy, Bye, Hello, ProblemsMessage, ReloadPage, UpdateMessage
from .subscription import HEARTBEAT_S, MAX_PENDING, SEND_DEADLINE_S, Subscription, one_reload

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from .page_messages import Ack, PageMessage
    from .pages import Page
    from .updates import Update

MAX_CLIENTS: Final = 128
MAX_CLIENTS_OF_A_PEER: Final = 32
MAX_HISTORY: Final = 64
BUSY_RETRY_MS: Final = 15_000


class Channel:
    """Everybody who listens. One for each wrapped app, for the life of the process; closed and opened as servers go."""

    def __init__(
        self,
        *,
        boot: str,
        generation: int = 0,
        max_clients: int = MAX_CLIENTS,
        on_ack: Callable[[Ack, str], None] = lambda ack, url: None,
        on_said: Callable[[Said, str], None] = lambda said, url: None,
        heartbeat: float = HEARTBEAT_S,
        patience: float = SEND_DEADLINE_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.boot = boot
        self.generation = generation
        self.seq = 0
        self.pages = Pages(on_ack=on_ack)
        self._on_said = on_said
        self._problems = 0
        self._followers: set[str] = set()
        self._max_clients = max_clients
        self._heartbeat = heartbeat
        self._patience = patience
        self._clock = clock
        self._subscriptions: dict[str, Subscription] = {}
        self._history: deque[UpdateMessage] = deque(maxlen=MAX_HISTORY)
        self._closed: Bye | None = None
        self._reopens = 0.0
        self._refused = 0
        self._slow = 0

    def publish(self, steps: Sequence[Update], written: int = 0) -> int:
        """Tell all pages; the update's seq. No steps, no update: the last seq. written: see `UpdateMessage`."""
        if not steps:
            return self.seq

        self.seq += 1
        message = UpdateMessage(self.seq, self.generation, tuple(steps), written)
        self._history.append(message)

        for subscription in tuple(self._subscriptions.values()):
            subscription.push(message)

        return self.seq

    def tell_problems(self, count: int) -> None:
        """What is wrong has changed: tell the pages of this machine, and those that come, how much it is.

        A page of another one may not ask for more, and an update tells it that a save has failed.
        """
        self._problems = count

        for subscription in tuple(self._subscriptions.values()):
            if subscription.peer is None:
                subscription.push(ProblemsMessage(count))
        self.stir()

    def reload(self, page_id: str, reason: str) -> bool:
        """Ask one page to load itself anew; False if it is not connected."""
        page = next((page for page in self.pages if page.id == page_id), None)
        subscription = self._subscriptions.get(page.client) if page else None

        if subscription is not None:
            subscription.push(ReloadPage(page_id, reason))
        return subscription is not None

    def stir(self) -> None:
        """Something that the status tells has changed: let those know who follow it."""
        for client in tuple(self._followers):
            if (subscription := self._subscriptions.get(client)) is not None:
                subscription.stir()

    @contextmanager
    def subscribe(
        self,
        *,
        transport: str,
        peer: str | None = None,
        browser: str = "",
        boot: str = "",
        since: int | None = None,
        follows: bool = False,
    ) -> Iterator[Subscription]:
        """Listen for as long as the block runs. Has to be called in the loop that will wait.

        peer: an address that counts against the limit for one peer; None does not. boot, since: where the client
        left off; it is told what it has missed. follows: it is no page, and told of all news. A closed or full channel
        says so, and that ends the subscription.
        """
        subscription = Subscription(
            token_hex(8), transport, peer, lambda: self.seq, self._heartbeat, self._patience, browser
        )
        closed = self._bye()

        if closed is not None:
            subscription.end(closed)
            yield subscription
        elif self._is_full(peer):
            self._refused += 1
            subscription.end(Busy(BUSY_RETRY_MS))
            yield subscription
        else:
            if follows:
                self._followers.add(subscription.client)
            yield from self._registered(subscription, boot, since)

    def close(self, reason: str) -> None:
        """End all subscriptions, and new ones at once, until `reopen`."""
        self._shut(reason, float("inf"))

    def make_way(self, reason: str, seconds: float) -> None:
        """Close, and open again after that time unless somebody has closed for good meanwhile."""
        if self._bye() is None:
            self._shut(reason, self._clock() + seconds)

    def reopen(self) -> None:
        """Take subscriptions again."""
        self._closed = None

    def hear(self, message: PageMessage, client: str) -> None:
        """A page said something, over the line of that client or beside it."""
        subscription = self._subscriptions.get(client)
        self.pages.hear(message, client if subscription else "", subscription.transport if subscription else "")

        match message:
            case Pong() if subscription is not None:
                subscription.answered()
            case Said() if subscription is not None and subscription.peer is None:
                # What another machine's browser says is nobody's business here.
                self._on_said(message, self.pages.url_of(message.page))
            case _:
                pass
        self.stir()

    def statistics(self) -> dict[str, Any]:
        """Counts and connected pages, as a JSON object without any address or token."""
        transports = [subscription.transport for subscription in tuple(self._subscriptions.values())]
        closed = self._bye()
        return {
            "clients": {name: transports.count(name) for name in sorted(set(transports))},
            "pages": [self._described(page) for page in self.pages],
            "published": self.seq,
            "refused": self._refused,
            "slow": self._slow,
            "closed": None if closed is None else closed.reason,
        }

    def _registered(self, subscription: Subscription, boot: str, since: int | None) -> Iterator[Subscription]:
        client = subscription.client
        self._subscriptions[client] = subscription
        try:
            count = self._problems if subscription.peer is None else 0
            subscription.push(Hello(self.boot, self.generation, self.seq, client, self._heartbeat, count))
            if boot == self.boot and since is not None:
                for message in self._missed(since):
                    subscription.push(message)
            yield subscription
        finally:
            del self._subscriptions[client]
            self._followers.discard(client)
            self.pages.leave(client)
            self.stir()
            self._slow += subscription.is_slow

    def _described(self, page: Page) -> dict[str, Any]:
        line = self._subscriptions.get(page.client)
        latency = None if line is None or line.latency is None else round(line.latency, 1)
        return {**page.describe(), "browser": line.browser if line else "", "latency": latency}

    def _missed(self, since: int) -> list[UpdateMessage]:
        if since >= self.seq:
            return []

        missed = [message for message in self._history if message.seq > since]

        if len(missed) == self.seq - since < MAX_PENDING:
            return missed

        return [one_reload(self.seq, self.generation, f"{self.seq - since} updates missed")]

    def _is_full(self, peer: str | None) -> bool:
        if len(self._subscriptions) >= self._max_clients:
            return True

        of_peer = sum(1 for subscription in tuple(self._subscriptions.values()) if subscription.peer == peer)
        return peer is not None and of_peer >= MAX_CLIENTS_OF_A_PEER

    def _shut(self, reason: str, reopens: float) -> None:
        self._closed, self._reopens = Bye(reason), reopens

        for subscription in tuple(self._subscriptions.values()):
            subscription.end(self._closed)

    def _bye(self) -> Bye | None:
        if self._closed is not None and self._clock() >= self._reopens:
            self._closed = None

        return self._closed
