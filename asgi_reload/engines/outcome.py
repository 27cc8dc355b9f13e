"""What came of a save: live, refused, or failed. Values only."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..report import Report
    from .plan import Rung


@dataclass(frozen=True, slots=True)
class Applied:
    """The save is live. `modules` were executed anew; `ms` is what each stage took."""

    rung: Rung
    modules: tuple[str, ...] = ()
    reason: str = ""
    lifespan: bool = False
    ms: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Refused:
    """The save cannot be made live in this process; nothing has changed."""

    reason: str


@dataclass(frozen=True, slots=True)
class Failed:
    """The new code does not work; nothing has changed, and the last good version serves on."""

    report: Report


Outcome: TypeAlias = Applied | Refused | Failed
