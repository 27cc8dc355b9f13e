from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Point:
    """Old words."""

    x: int
