"""What pages made of updates: kept with the update, and said on the terminal where it is not what they were told."""

from __future__ import annotations

import time
from collections import deque
from typing import TYPE_CHECKING, Final, Protocol

from .printable import page_at, printable

if TYPE_CHECKING:
    import logging
    from collections.abc import Callable, Sequence

    from .page_messages import Ack

MAX_SAID: Final = 8
"""Different verdicts on one update that are said."""
MAX_STOPPED: Final = 64
MAX_A_SECOND: Final = 10
"""Lines, whatever pages say and however many they are."""
MAX_DETAIL: Final = 400
STOPPED: Final = "stopped: "


class Record(Protocol):
    """What remembers updates, and what became of them."""

    def acknowledge(self, ack: Ack, url: str = "") -> None: ...
    def told(self, seq: int) -> Sequence[str]:
        """The names of the steps of that update."""


class Verdicts:
    """Hears what became of updates on pages."""

    def __init__(self, record: Record, logger: logging.Logger, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._record = record
        self._logger = logger
        self._clock = clock
        self._seq = 0
        self._said: set[str] = set()
        self._times: deque[float] = deque(maxlen=MAX_A_SECOND)
        self._stopped: set[str] = set()

    def hear(self, ack: Ack, url: str = "") -> None:
        """A page, which is at that URL, has done with an update. Pages that say the same of it are said once."""
        self._record.acknowledge(ack, url)
        verdict = differing(ack, self._record.told(ack.seq))

        if verdict is not None and self._is_new(ack, verdict) and self._is_calm():
            page = page_at(url)
            self._logger.warning("on %s: %s", page, printable(verdict, MAX_DETAIL))

    def _is_calm(self) -> bool:
        now = self._clock()
        is_calm = len(self._times) < MAX_A_SECOND or now - self._times[0] >= 1
        if is_calm:
            self._times.append(now)
        return is_calm

    def _is_new(self, ack: Ack, verdict: str) -> bool:
        if ack.detail.startswith(STOPPED):
            # It is tried again after a while, and comes to the same.
            is_known = verdict in self._stopped or len(self._stopped) >= MAX_STOPPED
            self._stopped.add(verdict)
            return not is_known

        if ack.seq != self._seq:
            self._seq = ack.seq
            self._said.clear()

        is_known = verdict in self._said or len(self._said) >= MAX_SAID
        self._said.add(verdict)
        return not is_known


def differing(ack: Ack, told: Sequence[str]) -> str | None:
    """What a page did that is not what it was told, and why; None if it did as it was told."""
    if not told:
        return None

    match ack.outcome:
        case "offered" if ack.detail.startswith(STOPPED):
            return ack.detail
        case "offered":
            return f"a reload is offered, {ack.detail}"
        case "reload" if "reload" not in told:
            return f"reload, {ack.detail}"
        case "failed" if "failure" not in told:
            return f"failed, {ack.detail}"
        case "refused":
            return f"refused, {ack.detail}"
        case _:
            return None
