"""What a page says back: where it is, what became of updates, what its console said. Read strictly; no transport.

`client/protocol.d.ts` says the same for the browser's side, and a test holds the two together.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from typing import Any, Literal, TypeAlias, get_args

from .close_codes import TOO_LARGE
from .errors import MessageError

MAX_MESSAGE = 4096
"""Bytes of a page's message, on any transport."""
MAX_ID = 64
MAX_URL = 2048
MAX_DETAIL = 1000
MAX_SAID = 2000
MAX_INTEGER = 2**53 - 1
"""The largest whole number that JavaScript tells from its neighbours."""

Outcome = Literal["applied", "nothing", "reload", "offered", "refused", "failed"]
Level = Literal["error", "warning", "info", "log", "debug"]


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


@dataclass(frozen=True, slots=True)
class Said:
    """What a page's console said, or a script that failed in it; so many times since it was last told."""

    page: str
    level: Level
    text: str
    place: str
    count: int


PageMessage: TypeAlias = PageSeen | Gone | Ack | Pong | Said

PAGE_MESSAGES: dict[str, type[PageMessage]] = {
    "page": PageSeen,
    "gone": Gone,
    "ack": Ack,
    "pong": Pong,
    "said": Said,
}


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
    "level": lambda value: value in get_args(Level),
    "text": _text(MAX_SAID),
    "place": _text(MAX_DETAIL),
    "count": _is_whole,
}
