"""Two versions of one module, statement by statement and body by body. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from .bodies import Body, Key
    from .source import Source
    from .statement import Statement

MAX_ALIGNED: Final = 2000  # statements; beyond that only what stands before and after the edit is aligned


@dataclass(frozen=True, slots=True)
class Difference:
    """What an edit did to a module.

    same: old index → new index of statements with equal skeletons, in order.
    changed: pairs of statements that bind the same names, and differ.
    added, removed: statements without a counterpart.
    bodies: old key → new key of every body that both versions have; edited: those of them whose own text differs.
    """

    same: dict[int, int]
    changed: tuple[tuple[Statement, Statement], ...]
    added: tuple[Statement, ...]
    removed: tuple[Statement, ...]
    bodies: dict[Key, Key]
    edited: tuple[tuple[Body, Body], ...]

    @property
    def is_empty(self) -> bool:
        """Do only comments, formatting and line numbers differ?"""
        return not (self.changed or self.added or self.removed or self.edited)


def difference(old: Source, new: Source) -> Difference:
    """Align two versions: equal skeletons in order first, then plain definitions that moved, then equal names."""
    same = _aligned([s.skeleton for s in old.statements], [s.skeleton for s in new.statements])
    left = {s.index: s for s in old.statements if s.index not in same}
    right = {s.index: s for s in new.statements if s.index not in set(same.values())}

    for index, statement in list(left.items()):
        if (moved := _moved(statement, right)) is not None:
            same[index] = moved.index
            del left[index], right[moved.index]

    changed = []
    for index, statement in list(left.items()):
        twin = next((s for s in right.values() if statement.binds and s.binds == statement.binds), None)
        if twin is not None:
            changed.append((statement, twin))
            del left[index], right[twin.index]

    pairs = [(old.statements[a], new.statements[b]) for a, b in same.items()]
    return _with_bodies(same, pairs, tuple(changed), tuple(right.values()), tuple(left.values()))


def _with_bodies(
    same: dict[int, int],
    pairs: list[tuple[Statement, Statement]],
    changed: tuple[tuple[Statement, Statement], ...],
    added: tuple[Statement, ...],
    removed: tuple[Statement, ...],
) -> Difference:
    bodies: dict[Key, Key] = {}
    edited: list[tuple[Body, Body]] = []

    for before, after in (*pairs, *changed):
        theirs = {(body.key.qualname, body.key.nth): body for body in after.bodies}
        for body in before.bodies:
            if (twin := theirs.get((body.key.qualname, body.key.nth))) is not None:
                bodies[body.key] = twin.key
                if body.own != twin.own or body.signature != twin.signature:
                    edited.append((body, twin))

    return Difference(same, changed, added, removed, bodies, tuple(edited))


def _aligned(old: list[str], new: list[str]) -> dict[int, int]:
    start = 0
    while start < min(len(old), len(new)) and old[start] == new[start]:
        start += 1

    end = 0
    while end < min(len(old), len(new)) - start and old[-1 - end] == new[-1 - end]:
        end += 1

    same = {index: index for index in range(start)}
    middle, other = old[start : len(old) - end], new[start : len(new) - end]
    if len(middle) + len(other) <= MAX_ALIGNED:
        for a, b, size in SequenceMatcher(None, middle, other, autojunk=False).get_matching_blocks():
            same.update((start + a + n, start + b + n) for n in range(size))

    same.update((len(old) - end + n, len(new) - end + n) for n in range(end))
    return same


def _moved(statement: Statement, others: dict[int, Statement]) -> Statement | None:
    # Where a plain function or class stands is no matter to anybody who finds it bound.
    if not (statement.is_function or (statement.header and not statement.is_decorated)):
        return None

    return next((other for other in others.values() if other.skeleton == statement.skeleton), None)
