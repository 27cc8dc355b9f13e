"""What browsers' consoles say, and scripts that failed in them: told on the terminal with its page, and the tail kept.

Values in, lines out. Who may be heard is the channel's business, and how often a page speaks is the page's.
"""

from __future__ import annotations

import logging
import re
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from .printable import page_at, printable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from .page_messages import Level, Said

MAX_ENTRIES: Final = 100
MAX_LINES_A_SECOND: Final = 10
MAX_LINE: Final = 500
MAX_FURTHER_LINES: Final = 8
MAX_FURTHER_LINE: Final = 200
NOISE: Final = ("ResizeObserver loop*",)
"""Said by browsers where nothing is wrong."""
FOREIGN: Final = "Script error."
"""All that a browser tells of an error in another site's script."""
LOUDNESS: Final[dict[Level, int]] = {"error": logging.ERROR, "warning": logging.WARNING}


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that a page said. `at`: when last, in seconds of the wall clock. `count`: how often."""

    at: float
    url: str
    said: Said

    def describe(self) -> dict[str, Any]:
        """The entry as a JSON object."""
        said = self.said
        what = {"level": said.level, "text": said.text, "place": said.place, "count": said.count}
        return {"at": round(self.at, 3), "page": said.page, "url": self.url, **what}


class BrowserLog:
    """The consoles of all pages.

    logger: what tells it on the terminal. ignore: texts, or globs with `*`, of
    what is passed over: the first line of what is said, or its place.
    """

    def __init__(
        self,
        logger: logging.Logger,
        ignore: Iterable[str] = (),
        *,
        clock: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self._logger = logger
        self._ignored = re.compile("|".join(map(_pattern, (*NOISE, *ignore))), re.DOTALL)
        self._clock = clock
        self._wall = wall
        self._entries: dict[tuple[str, str, str, str], Entry] = {}
        self._since = clock()
        self._told = 0
        self._untold = 0

    def hear(self, said: Said, url: str) -> None:
        """A page said something; `url` is where that page is, as far as it is known."""
        first = said.text.partition("\n")[0]
        is_foreign = first == FOREIGN and not said.place
        if is_foreign or self._ignored.fullmatch(first) or self._ignored.fullmatch(said.place.lstrip("/")):
            return

        self._keep(said, url)
        if self._may_tell():
            self._logger.log(LOUDNESS.get(said.level, logging.INFO), "%s", line_of(said, url))

    def tail(self) -> list[dict[str, Any]]:
        """What was said last, newest first, as JSON objects; what is said again stands there once."""
        return [entry.describe() for entry in reversed(tuple(self._entries.values()))]

    def _keep(self, said: Said, url: str) -> None:
        key = (said.page, said.level, said.text, said.place)
        known = self._entries.pop(key, None)
        count = said.count + (known.said.count if known else 0)
        self._entries[key] = Entry(self._wall(), url, replace(said, count=count))

        if len(self._entries) > MAX_ENTRIES:
            del self._entries[next(iter(self._entries))]

    def _may_tell(self) -> bool:
        now = self._clock()
        if now - self._since >= 1:
            if self._untold:
                self._logger.warning("and %d more messages of browsers", self._untold)
            self._since, self._told, self._untold = now, 0, 0

        self._told += 1
        is_too_much = self._told > MAX_LINES_A_SECOND
        self._untold += is_too_much
        return not is_too_much


def line_of(said: Said, url: str) -> str:
    """What was said, with its page, its place and how often; more lines of it stand below, indented."""
    first, *further = said.text.splitlines() or [""]
    page = page_at(url)
    place = f" ({printable(said.place.removeprefix('/'))})" if said.place else ""
    times = f" ×{said.count}" if said.count > 1 else ""
    told = [f"    {printable(line.strip(), MAX_FURTHER_LINE)}" for line in further[:MAX_FURTHER_LINES]]
    return "\n".join((f"[{page}] {printable(first, MAX_LINE)}{place}{times}", *told))


def _pattern(ignored: str) -> str:
    """A text that stands anywhere in it, or a glob for all of it."""
    first, *others = (re.escape(part) for part in ignored.split("*"))
    if not others:
        return f".*{first}.*"

    # The first place of each part is as good as any: to try the others takes for ever where there are many.
    *middle, last = others
    return f"{first}{''.join(f'(?>.*?{part})' for part in middle)}.*{last}"
