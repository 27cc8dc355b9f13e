"""The pages that are open, as they tell about themselves: who is there, by which line, and what became of updates."""

from __future__ import annotations

import time
from collections import OrderedDict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, assert_never

from .page_messages import Ack, Gone, PageSeen, Pong, Said

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .page_messages import PageMessage

MAX_PAGES: Final = 256


@dataclass(frozen=True, slots=True)
class Page:
    """One document in one tab. `since` is seconds of the wall clock."""

    id: str
    url: str
    client: str
    transport: str
    is_visible: bool
    since: float
    ack: Ack | None = None

    @property
    def path(self) -> str:
        """Its address without the query, which may hold an app's secrets."""
        return self.url.partition("?")[0].partition("#")[0]

    def describe(self) -> dict[str, Any]:
        """The page as a JSON object."""
        ack = self.ack
        last = None
        if ack is not None:
            last = {"seq": ack.seq, "outcome": ack.outcome, "ms": ack.ms, "detail": ack.detail}
        return {
            "page": self.id,
            "url": self.path,
            "transport": self.transport,
            "visible": self.is_visible,
            "since": round(self.since, 3),
            "last": last,
        }


class Pages:
    """The pages of all clients; beyond the bound, those that have been silent longest are forgotten."""

    def __init__(
        self, *, on_ack: Callable[[Ack, str], None] = lambda ack, url: None, clock: Callable[[], float] = time.time
    ) -> None:
        self._on_ack = on_ack
        self._clock = clock
        self._pages: OrderedDict[str, Page] = OrderedDict()

    def __iter__(self) -> Iterator[Page]:
        return iter(tuple(self._pages.values()))

    def __len__(self) -> int:
        return len(self._pages)

    def url_of(self, page_id: str) -> str:
        """Where a page is, without the query; empty if it is not known."""
        page = self._pages.get(page_id)
        return "" if page is None else page.path

    def hear(self, message: PageMessage, client: str, transport: str) -> None:
        """Take in what a page said over that client's line; a client of "" is none that is connected."""
        match message:
            case PageSeen():
                self._see(message, client, transport)
            case Gone():
                self._pages.pop(message.page, None)
            case Ack():
                self._acknowledge(message)
            case Pong() | Said():
                pass
            case _:
                assert_never(message)

    def leave(self, client: str) -> None:
        """That client's line has ended, and with it all we know about its pages."""
        for page in self:
            if page.client == client:
                del self._pages[page.id]

    def _see(self, seen: PageSeen, client: str, transport: str) -> None:
        known = self._pages.pop(seen.page, None)
        since = known.since if known else self._clock()
        ack = known.ack if known else None
        self._pages[seen.page] = Page(seen.page, seen.url, client, transport, seen.visible, since, ack)

        if len(self._pages) > MAX_PAGES:
            self._pages.popitem(last=False)

    def _acknowledge(self, ack: Ack) -> None:
        if (page := self._pages.get(ack.page)) is not None:
            self._pages[ack.page] = replace(page, ack=ack)

        self._on_ack(ack, self.url_of(ack.page))
