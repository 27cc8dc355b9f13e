from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Point:
    """New words."""

    x: int
