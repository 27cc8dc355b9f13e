"""The bounded record of change → decision → what became of it on each page, with the ms of each stage. Values only."""

from __future__ import annotations

import json
import time
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Protocol

from .outcome import describe
from .updates import name_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from .changes import Batch
    from .outcome import Outcome
    from .page_messages import Ack
    from .updates import Update

MAX_ENTRIES: Final = 200
MAX_BYTES: Final = 256 * 1024
MAX_PATHS: Final = 50
MAX_TEXT: Final = 300
MAX_ACKS: Final = 64
MAX_DIFFERENCES: Final = 5


class Decision(Protocol):
    """What a batch came to."""

    @property
    def steps(self) -> Sequence[Update]: ...
    @property
    def problems(self) -> Sequence[Exception]: ...


@dataclass(frozen=True, slots=True)
class Stages:
    """When what was saved ran, and when it was decided what pages are told. Seconds of `time.monotonic()`."""

    applied: float
    decided: float


@dataclass(slots=True)
class Entry:
    """One batch and its story. Times are seconds of `time.monotonic()`, `at` is seconds of the wall clock."""

    seq: int
    at: float
    detected: float
    settled: float
    stages: Stages
    published: float
    line: str
    outcome: dict[str, Any] | None
    paths: dict[str, str]
    more: int
    steps: list[dict[str, Any]]
    problems: list[str]
    acks: dict[str, dict[str, Any]] = field(default_factory=dict)
    audit: list[str] | None = None

    def describe(self) -> dict[str, Any]:
        """The entry as a JSON object."""
        return {
            "seq": self.seq,
            "at": round(self.at, 3),
            "line": self.line,
            "changes": [{"path": path, "kind": kind} for path, kind in self.paths.items()],
            "more": self.more,
            "steps": self.steps,
            "problems": self.problems,
            "python": self.outcome,
            "audit": self.audit,
            "ms": {
                "settle": _ms(self.detected, self.settled),
                "apply": _ms(self.settled, self.stages.applied),
                "decide": _ms(self.stages.applied, self.stages.decided),
                "publish": _ms(self.stages.decided, self.published),
                "total": _ms(self.detected, self.published),
            },
            "pages": list(self.acks.values()),
        }


class Timeline:
    """The last batches, oldest out first."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic, wall: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._wall = wall
        self._entries: deque[Entry] = deque(maxlen=MAX_ENTRIES)

    def record(
        self,
        seq: int,
        batch: Batch,
        names: Sequence[str],
        decision: Decision,
        line: str,
        stages: Stages,
        outcome: Outcome | None = None,
    ) -> None:
        """Remember a batch that has just been published as `seq`; `names` are its paths as people see them.

        line: what the terminal says of it. outcome: what came of its edits of the server's own code, if somebody
        tried to make them live.
        """
        kinds = zip(names, (change.kind for change in batch), strict=True)
        shown = dict(list(kinds)[:MAX_PATHS])
        self._entries.append(
            Entry(
                seq=seq,
                at=self._wall(),
                detected=batch.detected,
                settled=batch.settled,
                stages=stages,
                published=self._clock(),
                line=line,
                outcome=None if outcome is None else _outcome(outcome),
                paths={_short(name): kind for name, kind in shown.items()},
                more=len(batch) - len(shown),
                steps=[_step(step) for step in decision.steps],
                problems=[_short(str(problem)) for problem in decision.problems],
            )
        )

    def acknowledge(self, ack: Ack, url: str = "") -> None:
        """Remember what became of an update on a page; unknown updates and pages beyond the bound are passed over.

        url: where that page is.
        """
        entry = self._entry(ack.seq)

        if entry is not None and (ack.page in entry.acks or len(entry.acks) < MAX_ACKS):
            entry.acks[ack.page] = {
                "page": ack.page,
                "url": _short(url),
                "outcome": ack.outcome,
                "ms": round(ack.ms, 1),
                "arrived": _ms(entry.published, self._clock()),
                "detail": _short(ack.detail),
            }

    def told(self, seq: int) -> Sequence[str]:
        """The names of the steps of that update; none of one that is not known."""
        entry = self._entry(seq)
        return () if entry is None else [step["type"] for step in entry.steps]

    def _entry(self, seq: int) -> Entry | None:
        # A batch that told pages nothing shares its seq with the one before.
        return next((entry for entry in self._entries if entry.seq == seq), None)

    def audited(self, differences: Sequence[str]) -> None:
        """A clean process was compared with the one that all edits until now were applied to: where they differ."""
        named = [_short(one) for one in differences[:MAX_DIFFERENCES]]
        for entry in self._entries:
            if entry.outcome is not None and entry.audit is None:
                entry.audit = named

    def snapshot(self) -> list[dict[str, Any]]:
        """The entries as JSON objects, newest first; as many as fit into `MAX_BYTES` of JSON."""
        room = MAX_BYTES
        shown: list[dict[str, Any]] = []

        for entry in reversed(self._entries):
            described = entry.describe()
            room -= len(json.dumps(described)) + 2
            if room < 0:
                break
            shown.append(described)

        return shown


def _outcome(outcome: Outcome) -> dict[str, Any]:
    described = describe(outcome)
    return {**described, "reason": _short(described["reason"])}


def _step(step: Update) -> dict[str, Any]:
    # A failure's detail may quote the user's files; it belongs on the page, not in a record.
    said = getattr(step, "reason", "") or getattr(step, "title", "")
    return {"type": name_of(step), "paths": len(step.paths), "reason": _short(said)}


def _short(text: str) -> str:
    return text if len(text) <= MAX_TEXT else f"{text[: MAX_TEXT - 1]}…"


def _ms(start: float, end: float) -> float:
    return round(max(0.0, end - start) * 1000, 1)
