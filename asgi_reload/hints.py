"""What the words of an exception suggest: taken out of them, so that it can be shown for itself. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

HINT: Final = re.compile(
    r"(?:^|[.;:,]\s+|\s*\(|\s+(?=or\b))"
    r"((?:or )?(?:did you (?:mean|forget)|perhaps you|maybe you|have you forgotten|you might (?:mean|want)"
    r"|consider (?:renaming|using))\b.*)$",
    re.IGNORECASE,
)
"""The last part of a line, behind a full stop, a semicolon or a bracket: so Python says it, and many libraries do."""


def without_hint(words: str) -> tuple[str, str]:
    """A line of an exception's words, and the hint that stood at its end; empty where there is none.

    A line that is nothing but a hint has no words.
    """
    found = HINT.search(words)
    if found is None:
        return words, ""

    hint = found[1].strip()
    if words[found.start() :].lstrip()[:1] == "(":
        hint = hint.removesuffix(")")
    return words[: found.start()].rstrip(), hint


def hint_of(title: str, notes: Iterable[str]) -> tuple[str, list[str], str]:
    """The title and the notes without their hints, and the hints in one line."""
    told, hints = without_hint(title)
    kept: list[str] = []

    for note in notes:
        words, hint = without_hint(note) if not hints else (note, "")
        hints = hints or hint
        if words or not hint:
            kept.append(words)
    return told, kept, hints
