"""Documents that somebody went to and that were left as they are: kept with the reason, which is said once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    from .html.purpose import Skip

MAX_SKIPS: Final = 50
MAX_URL: Final = 200
MAX_WHAT: Final = 40


class Skips:
    """The last of them, by address and reason.

    warn: takes a cause and a line for the terminal, and prints the line the first time that it sees the cause.
    """

    def __init__(self, warn: Callable[[str, str], None]) -> None:
        self._warn = warn
        self._counts: dict[tuple[str, str], int] = {}

    def note(self, path: str, skip: Skip, what: str = "") -> None:
        """A document at that path was left alone. what: the app's own word for it, such as a Content-Encoding."""
        why = f"{skip.reason} {what[:MAX_WHAT]}".rstrip()
        key = (path[:MAX_URL], why)
        self._counts[key] = self._counts.pop(key, 0) + 1

        if len(self._counts) > MAX_SKIPS:
            del self._counts[next(iter(self._counts))]
        if skip.remedy:
            self._warn(skip.reason, f"skipped {path[:MAX_URL]}: {why}; {skip.remedy}")

    def describe(self) -> list[dict[str, Any]]:
        """Newest first, as JSON objects."""
        return [{"url": url, "why": why, "count": count} for (url, why), count in reversed(self._counts.items())]
