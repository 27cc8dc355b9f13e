"""Where a client of the channel stands, as its request tells: what it has seen, what it wants to hear, what it is."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from .facts import MAX_QUERY
from .page_messages import MAX_INTEGER

if TYPE_CHECKING:
    from starlette.types import Scope


def position(scope: Scope) -> tuple[str, int | None]:
    """Where a client left off: the boot id and the seq of its query, or of an EventSource that comes back."""
    fields = _fields(scope)
    last = next((value.decode("latin-1") for name, value in scope["headers"] if name == b"last-event-id"), "")

    return fields.get("boot", ""), _seq(last) if _seq(last) is not None else _seq(fields.get("seq", ""))


def follows(scope: Scope) -> bool:
    """It is no page, and wants to know whenever the status has changed."""
    return _fields(scope).get("follow") == "1"


def _fields(scope: Scope) -> dict[str, str]:
    query: bytes = scope["query_string"]
    return dict(parse_qsl(query.decode("latin-1"))) if len(query) <= MAX_QUERY else {}


def user_agent(scope: Scope) -> str:
    """What it calls itself; empty if it does not."""
    return next((value.decode("latin-1") for name, value in scope["headers"] if name == b"user-agent"), "")


def _seq(text: str) -> int | None:
    is_number = text.isascii() and text.isdecimal() and len(text) <= len(str(MAX_INTEGER))
    return int(text) if is_number else None
