"""What the planner points at: globals, top-level statements and function bodies, by module and place. Values only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from .bodies import Key

MODULE: Final = ""
"""The name that stands for the module object itself."""
ALL: Final = "*"
"""The name that stands for any name of a module."""
EXISTS: Final = "?"
"""The name that stands for there being such a module at all."""


class Name(NamedTuple):
    """A global: the module that binds it and what it is called there."""

    module: str
    name: str

    def __str__(self) -> str:
        return self.module if self.name in {MODULE, ALL, EXISTS} else f"{self.module}.{self.name}"


class At(NamedTuple):
    """A top-level statement, by its place in the module."""

    module: str
    place: int


class BodyAt(NamedTuple):
    """A function body."""

    module: str
    key: Key


Names: TypeAlias = frozenset[Name]
