"""What a front and a worker tell each other: frozen values and their JSON. How they travel is others' business."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields
from typing import TYPE_CHECKING, Any, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Start:
    """Start the app up: run its lifespan."""


@dataclass(frozen=True, slots=True)
class Line:
    """A new line to answer calls on; its socket comes along."""


@dataclass(frozen=True, slots=True)
class Apply:
    """Make these changes live in place; the answer is an encoded outcome. `changes`: pairs of path and kind."""

    id: int
    changes: list[list[str]]


@dataclass(frozen=True, slots=True)
class Refresh:
    """Let libraries read these files again; pairs of path and kind."""

    changes: list[list[str]]


@dataclass(frozen=True, slots=True)
class Describe:
    """The answer is the fingerprint of the project's modules."""

    id: int


@dataclass(frozen=True, slots=True)
class Rest:
    """Shut the app down, and keep everything else: `Start` may follow. The answer is empty."""

    id: int


@dataclass(frozen=True, slots=True)
class Stop:
    """End: calls in flight have `within` seconds, and the app's shut-down as many."""

    within: float


@dataclass(frozen=True, slots=True)
class Started:
    """The app has started up. `libraries`: what it wanted that this process did not have imported already."""

    ms: float
    libraries: list[str]


@dataclass(frozen=True, slots=True)
class Broken:
    """The app cannot be loaded (`phase` is "load") or started ("start"); `report` is an encoded one."""

    phase: str
    report: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Knows:
    """What the worker runs, as of now.

    files: where its code comes from. names: the base names of other files that import and start-up have read.
    doubts: files that have been saved since they were executed. is_all: nothing more will be found out.
    """

    files: list[str]
    names: list[str]
    doubts: list[str] = field(default_factory=list)
    is_all: bool = True


@dataclass(frozen=True, slots=True)
class Runs:
    """This file of the project is about to be executed, though the app has started: add it to what the worker runs."""

    file: str


@dataclass(frozen=True, slots=True)
class Loaded:
    """The project is imported."""

    knows: Knows
    ms: float


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of the request with that number."""

    id: int
    value: Any


@dataclass(frozen=True, slots=True)
class Wish:
    """User code asks for a new worker."""


Order: TypeAlias = Start | Line | Apply | Refresh | Describe | Rest | Stop
"""What a front tells a worker."""
Tiding: TypeAlias = Loaded | Started | Broken | Knows | Runs | Answer | Wish
"""What a worker tells its front."""

ORDERS: Final = {kind.__name__: kind for kind in (Start, Line, Apply, Refresh, Describe, Rest, Stop)}
TIDINGS: Final = {kind.__name__: kind for kind in (Loaded, Started, Broken, Knows, Runs, Answer, Wish)}


def encode(value: Order | Tiding) -> dict[str, Any]:
    return {"type": type(value).__name__, **asdict(value)}


def parse_order(message: Mapping[str, Any]) -> Order:
    """Raises ValueError for what is none."""
    order: Order = _parsed(ORDERS, message)
    return order


def parse_tiding(message: Mapping[str, Any]) -> Tiding:
    """Raises ValueError for what is none."""
    tiding: Tiding = _parsed(TIDINGS, message)
    return tiding


def _parsed(kinds: Mapping[str, type[Any]], message: Mapping[str, Any]) -> Any:
    kind = kinds.get(message.get("type", ""))
    if kind is None or {field.name for field in fields(kind)} != message.keys() - {"type"}:
        raise ValueError(f"no message of a worker or its front: {message!r:.200}")

    values = {name: value for name, value in message.items() if name != "type"}
    return kind(**values) if kind is not Loaded else Loaded(**{**values, "knows": Knows(**values["knows"])})
