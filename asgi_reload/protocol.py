"""What a server says to pages: updates, and the messages around them. Values and JSON; no transport.

`client/protocol.d.ts` says the same for the browser's side, and a test holds the two together.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any, TypeAlias

from . import updates


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
    """First on every connection. `heartbeat` is in seconds; `problems`, how many things are wrong right now."""

    boot: str
    generation: int
    seq: int
    client: str
    heartbeat: float
    problems: int = 0


@dataclass(frozen=True)
class UpdateMessage(_Message):
    """Do these steps, in order, then acknowledge `seq`. `written`: when the last file was, ms since 1970; or 0."""

    seq: int
    generation: int
    steps: tuple[updates.Update, ...]
    written: int = 0

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


@dataclass(frozen=True)
class ProblemsMessage(_Message):
    """What is wrong is no longer what it was; so many things are now. A page asks for them, if it may."""

    count: int


@dataclass(frozen=True)
class ReloadPage(_Message):
    """Somebody asks this one page to load itself anew."""

    page: str
    reason: str


@dataclass(frozen=True)
class News(_Message):
    """To who follows what we do: the status has changed."""


ServerMessage: TypeAlias = Hello | UpdateMessage | Ping | Stale | Busy | Bye | ProblemsMessage | ReloadPage | News

NAMES: dict[type[_Message], str] = {
    Hello: "hello",
    UpdateMessage: "update",
    Ping: "ping",
    Stale: "stale",
    Busy: "busy",
    Bye: "bye",
    ProblemsMessage: "problems",
    ReloadPage: "reload",
    News: "news",
}
