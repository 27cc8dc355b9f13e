"""How a life of user code ended, as a value and in words."""

from __future__ import annotations

import signal
from dataclasses import dataclass
from typing import Final, TypeAlias

NAMES: Final = {
    "SIGSEGV": "segmentation fault",
    "SIGBUS": "bus error",
    "SIGABRT": "aborted",
    "SIGFPE": "arithmetic error",
    "SIGILL": "illegal instruction",
    # Nobody else sends it to a single worker as a rule.
    "SIGKILL": "out of memory?",
}


@dataclass(frozen=True)
class Exited:
    """It ended by itself, with a code: 0 for a wanted end."""

    code: int

    @property
    def in_words(self) -> str:
        return f"exit code {self.code}"


@dataclass(frozen=True)
class Signalled:
    """A signal ended it. `asked`: one that the front had sent."""

    name: str
    asked: bool = False

    @property
    def in_words(self) -> str:
        explained = "sent by asgi-reload" if self.asked else NAMES.get(self.name)
        return f"{self.name} ({explained})" if explained else self.name


@dataclass(frozen=True)
class Unknown:
    """It ended, and nobody could say how."""

    reason: str = "nobody saw how"

    @property
    def in_words(self) -> str:
        return f"ended ({self.reason})"


Ending: TypeAlias = Exited | Signalled | Unknown


def ending(code: int, asked: frozenset[str] = frozenset()) -> Ending:
    """From an exit code as `subprocess` has it: negative for a signal. asked: names of signals that the front sent."""
    if code >= 0:
        return Exited(code)

    name = _name(-code)
    return Signalled(name, name in asked)


def _name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
