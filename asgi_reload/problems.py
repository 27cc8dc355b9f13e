"""What is wrong right now, until it is healed: saves that could not be made live, requests that the app failed at.

A ledger. It knows neither pages nor wire: who keeps it says what to do when it changes.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from .faults import described

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sized

    from .editor import Editor
    from .report import Report

MAX_PROBLEMS: Final = 16
"""Beyond that, the oldest request is forgotten: of saves there are only a few kinds, and their end is to be told."""

Source: TypeAlias = Literal["save", "request", "restart"]
"""What it came of: a save that was not applied, a request that the app failed at, a save that needs a restart."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One of them. `where`: the request, or what was saved. `at`: seconds of the wall clock. `count`: times it came."""

    id: str
    source: Source
    where: str
    at: float
    report: Report
    count: int = 1

    def describe(self) -> dict[str, Any]:
        """The problem as a JSON object for the record: without traceback and source."""
        own = [frame for fault in self.report.faults for frame in fault.frames if not frame.owner]
        return {
            **self._said(),
            "frames": [{"file": frame.file, "line": frame.line, "name": frame.name} for frame in own],
        }

    def in_full(self, editor: Editor | None = None) -> dict[str, Any]:
        """The same for the developer's eyes: with traceback, source, and links into an editor."""
        faults = [described(fault, editor) for fault in self.report.faults]
        return {**self._said(), "traceback": self.report.traceback, "faults": faults}

    def _said(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "source": self.source,
            "title": self.report.title,
            "detail": self.report.detail,
            "where": self.where,
            "at": round(self.at, 3),
            "count": self.count,
        }


def is_fine(problems: Sized, pages: Iterable[Mapping[str, Any]], console: Iterable[Mapping[str, Any]]) -> bool:
    """Is all well on the server and in the open pages? pages, console: as the status has them."""
    open_pages = {page["page"]: page["last"] for page in pages}
    has_failed = any(last is not None and last["outcome"] == "failed" for last in open_pages.values())
    has_said = any(said["level"] == "error" and said["page"] in open_pages for said in console)
    return not problems and not has_failed and not has_said


class Problems:
    """What is wrong, by keys that its finders choose; newest first.

    on_change: called after each change with how many there are now. `found` is to be looked at, not into: every request
    asks whether there is anything.
    """

    def __init__(
        self, *, on_change: Callable[[int], None] = lambda count: None, clock: Callable[[], float] = time.time
    ) -> None:
        self._on_change = on_change
        self._clock = clock
        self.found: dict[str, Problem] = {}
        self._last_id = 0

    def __iter__(self) -> Iterator[Problem]:
        return reversed(tuple(self.found.values()))

    def __len__(self) -> int:
        return len(self.found)

    def __contains__(self, key: str) -> bool:
        return key in self.found

    def of(self, source: Source) -> tuple[str, ...]:
        """The keys of all problems of that source."""
        return tuple(key for key, problem in self.found.items() if problem.source == source)

    def add(self, key: str, source: Source, report: Report, where: str = "") -> None:
        """Something is wrong; what was known by that key is replaced. Said once more, it is the same problem."""
        known = self.found.pop(key, None)
        at = self._clock()

        if known is not None and known.report == report and known.source == source:
            self.found[key] = replace(known, at=at, where=where, count=known.count + 1)
        else:
            self._last_id += 1
            self.found[key] = Problem(str(self._last_id), source, where, at, report)

        if len(self.found) > MAX_PROBLEMS:
            del self.found[next(iter(self.of("request") or self.found))]

        self._on_change(len(self.found))

    def clear(self, *keys: str) -> None:
        """These are healed, as far as they were wrong."""
        healed = [key for key in keys if self.found.pop(key, None) is not None]

        if healed:
            self._on_change(len(self.found))

    def describe(self) -> list[dict[str, Any]]:
        """All, as JSON objects for the record."""
        return [problem.describe() for problem in self]
