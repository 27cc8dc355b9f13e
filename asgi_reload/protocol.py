"""The messages around updates: what a server says, what a page says back. Values and JSON; no transport.

`client/protocol.d.ts` says the same for the browser's side, and a test holds the two together.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any, Literal, TypeAlias, get_args

from . import updates
from .errors import MessageError

MAX_MESSAGE = 4096
"""Bytes of a page's message, on any transport."""
MAX_ID = 64
MAX_URL = 2048
MAX_DETAIL = 1000
MAX_INTEGER = 2**53 - 1
"""The largest whole number that JavaScript tells from its neighbours."""
TOO_LARGE = 1009
"""WebSocket close code (RFC 6455, section 7.4.1)."""


class _Message:
    """Encoded once, however many clients it goes to."""

    @cached_property
    def json(self) -> str:
        """The message as JSON in plain ASCII, on one line: safe in a frame and in a `data:` line."""
        return json.dumps(self.payload(), separators=(",", ":"))

    def payload(self) -> dict[str, Any]:
        """The message as a JSON object: its `type` and its fields."""
        names = (field.name for field in fields(self))  # type: ignore[arg-type]
        return {"type": NAMES[type(self)], **{name: getattr(self, name) for name in names}}


@dataclass(frozen=True)
class Hello(_Message):
    """First on every connection. `heartbeat` is in seconds."""

    boot: str
    generation: int
    seq: int
    client: str
    heartbeat: float


@dataclass(frozen=True)
class UpdateMessage(_Message):
    """Do these steps, in order, then acknowledge `seq`."""

    seq: int
    generation: int
    steps: tuple[updates.Update, ...]

    def payload(self) -> dict[str, Any]:
        return {**super().payload(), "steps": [updates.encode(step) for step in self.steps]}


@dataclass(frozen=True)
class Ping(_Message):
    """The line is alive, and `seq` is the last update."""

    seq: int


@dataclass(frozen=True)
class Stale(_Message):
    """The token is not this server's: the page was rendered by an earlier life of it."""

    boot: str


@dataclass(frozen=True)
class Busy(_Message):
    """No room for one more connection; try again after `retry` ms."""

    retry: int


@dataclass(frozen=True)
class Bye(_Message):
    """The server is about to stop or to be restarted."""

    reason: str


ServerMessage: TypeAlias = Hello | UpdateMessage | Ping | Stale | Busy | Bye

NAMES: dict[type[_Message], str] = {
    Hello: "hello",
    UpdateMessage: "update",
    Ping: "ping",
    Stale: "stale",
    Busy: "busy",
    Bye: "bye",
}

Outcome = Literal["applied", "nothing", "reload", "offered", "refused", "failed"]


@dataclass(frozen=True, slots=True)
class PageSeen:
    """A page is there; said again whenever it is shown or hidden."""

    page: str
    url: str
    visible: bool


@dataclass(frozen=True, slots=True)
class Gone:
    """A page has been left."""

    page: str


@dataclass(frozen=True, slots=True)
class Ack:
    """What became of an update on a page, and after how many ms."""

    page: str
    seq: int
    outcome: Outcome
    ms: float
    detail: str


@dataclass(frozen=True, slots=True)
class Pong:
    """The answer to a ping over a WebSocket: somebody still reads."""

    seq: int


PageMessage: TypeAlias = PageSeen | Gone | Ack | Pong

PAGE_MESSAGES: dict[str, type[PageMessage]] = {"page": PageSeen, "gone": Gone, "ack": Ack, "pong": Pong}


def parse(text: str | bytes) -> PageMessage:
    """One message of a page.

    :raises MessageError: too large, not JSON, of no known type, or a field missing, unknown or out of bounds
    """
    return _message(_decoded(text))


def parse_posted(body: bytes) -> tuple[str, PageMessage]:
    """The client that a page belongs to, and its message: the body of a POST beside an event stream.

    :raises MessageError: as `parse` does
    """
    value = _decoded(body)

    if not isinstance(value, dict) or value.keys() != {"client", "message"} or not FIELDS["page"](value["client"]):
        raise MessageError("expected an object with the fields client, message")

    return value["client"], _message(value["message"])


def _decoded(text: str | bytes) -> object:
    raw = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text

    if len(raw) > MAX_MESSAGE:
        raise MessageError(f"a message of {len(raw)} bytes, expected at most {MAX_MESSAGE}", code=TOO_LARGE)

    try:
        return json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise MessageError(f"not JSON ({type(error).__name__})") from error


def _message(value: object) -> PageMessage:
    kind = value.pop("type", None) if isinstance(value, dict) else None
    known = PAGE_MESSAGES.get(kind) if isinstance(kind, str) else None

    if known is None or not isinstance(value, dict):
        raise MessageError(f"expected an object with a type of {', '.join(PAGE_MESSAGES)}")

    expected = {field.name for field in fields(known)}

    if value.keys() != expected:
        raise MessageError(f"{kind} has exactly the fields {', '.join(sorted(expected))}")

    for name, given in value.items():
        if not FIELDS[name](given):
            raise MessageError(f"{kind}.{name} is of the wrong type or out of bounds")

    return known(**value)


def _text(limit: int, *, least: int = 0) -> Any:
    return lambda value: isinstance(value, str) and least <= len(value) <= limit


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MAX_INTEGER


def _is_duration(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value <= MAX_INTEGER


FIELDS = {
    "page": _text(MAX_ID, least=1),
    "url": _text(MAX_URL),
    "visible": lambda value: isinstance(value, bool),
    "seq": _is_whole,
    "outcome": lambda value: value in get_args(Outcome),
    "ms": _is_duration,
    "detail": _text(MAX_DETAIL),
}
