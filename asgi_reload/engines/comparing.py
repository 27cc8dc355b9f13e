"""Two fingerprints, before a save and after it: where a process is not what a fresh one is. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .fingerprint import Fingerprint

    Path = tuple[str, ...]

ABSENT: Final = "<absent>"


def differences(
    before: Fingerprint, fresh_before: Fingerprint, after: Fingerprint, fresh_after: Fingerprint
) -> list[str]:
    """Where `after` is not `fresh_after` although `before` was `fresh_before`; empty if all is well."""
    return _compared(before, fresh_before, after, fresh_after, lambda path, mine: True)


def disagreements(
    before: Fingerprint, fresh_before: Fingerprint, after: Fingerprint, fresh_after: Fingerprint
) -> list[str]:
    """As `differences`, where time has passed: what a process has changed by itself is its state, and no lie."""
    return _compared(
        before, fresh_before, after, fresh_after, lambda path, mine: _is_code(path) or _at(before, path) == mine
    )


def _compared(
    before: Fingerprint,
    fresh_before: Fingerprint,
    after: Fingerprint,
    fresh_after: Fingerprint,
    counts: Callable[[Path, Any], bool],
) -> list[str]:
    drifted = {path for path, a, b in _unequal(before, fresh_before)}
    return [
        f"{'.'.join(path)}: {mine!r:.120}, expected {theirs!r:.120}"
        for path, mine, theirs in _unequal(after, fresh_after)
        if not any(path[: len(known)] == known for known in drifted) and counts(path, mine)
    ]


def _is_code(path: Path) -> bool:
    return path[0] in ("routes", "openapi") or path[-1] == "code"


def _at(fingerprint: Any, path: Path) -> Any:
    for key in path:
        fingerprint = fingerprint.get(key, ABSENT) if isinstance(fingerprint, dict) else ABSENT
    return fingerprint


def _unequal(one: Any, other: Any, path: Path = ()) -> Iterator[tuple[Path, Any, Any]]:
    if isinstance(one, dict) and isinstance(other, dict):
        for key in {**one, **other}:
            yield from _unequal(one.get(key, ABSENT), other.get(key, ABSENT), (*path, str(key)))
    elif one != other:
        yield path, one, other
