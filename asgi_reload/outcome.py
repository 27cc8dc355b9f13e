"""What came of a save of the server's own code: live, refused, or failed. Values only."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from .report import Report

if TYPE_CHECKING:
    from collections.abc import Mapping

Rung: TypeAlias = Literal["nothing", "patch", "re-execute", "new worker"]
"""How far a save had to climb: the code is the same, changed in place, executed anew, or runs in a new worker."""


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
    """The new code does not work; nothing has changed. `serves`: the last good version does."""

    report: Report
    serves: bool = True


Outcome: TypeAlias = Applied | Refused | Failed


def encode(outcome: Outcome) -> dict[str, Any]:
    """The outcome in full, as a JSON object that `decode` understands."""
    return {"kind": type(outcome).__name__, **asdict(outcome)}


def decode(encoded: Mapping[str, Any]) -> Outcome:
    """What `encode` made. Raises ValueError for anything else."""
    match dict(encoded):
        case {"kind": "Applied", "modules": modules, **rest}:
            return Applied(
                modules=tuple(modules), **{name: rest[name] for name in ("rung", "reason", "lifespan", "ms")}
            )
        case {"kind": "Refused", "reason": str(reason)}:
            return Refused(reason)
        case {"kind": "Failed", "report": dict(report)}:
            return Failed(Report.decode(report))
        case other:
            raise ValueError(f"no outcome: {other!r:.200}")


def describe(outcome: Outcome) -> dict[str, Any]:
    """The outcome as a JSON object."""
    match outcome:
        case Applied():
            ms = {stage: round(value, 1) for stage, value in outcome.ms.items()}
            modules = list(outcome.modules)
            return {"rung": outcome.rung, "modules": modules, "reason": outcome.reason, "ms": ms}
        case Refused():
            return {"rung": "refused", "reason": outcome.reason}
        case Failed():
            return {"rung": "failed", "reason": outcome.report.title}
