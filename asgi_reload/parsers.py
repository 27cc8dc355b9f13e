"""One small parser per shape of option: what may be written and what it means. Each names the setting it refuses."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, Literal

from .errors import SettingError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Transport = Literal["auto", "ws", "sse"]
Lifespan = Literal["overlap", "sequential"]

WORDS: Final = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}
PREFIX: Final = re.compile(r"(?:/[\w-]+)+", re.ASCII)
LONGEST_WAIT_MS: Final = 60_000


def boolean(value: object, label: str) -> bool:
    word = WORDS.get(value.strip().lower()) if isinstance(value, str) else value

    if not isinstance(word, bool):
        raise SettingError(label, value, "expected true or false (in the environment 1 or 0)")

    return word


def milliseconds(value: object, label: str) -> int:
    return _whole(value, label, 1, LONGEST_WAIT_MS, "a whole number of ms")


def count(value: object, label: str) -> int:
    return _whole(value, label, 1, 100_000, "a whole number")


def _whole(value: object, label: str, least: int, most: int, what: str) -> int:
    number = int(value) if isinstance(value, str) and value.strip().isdecimal() else value

    if not isinstance(number, int) or isinstance(number, bool) or not least <= number <= most:
        raise SettingError(label, value, f"expected {what} from {least} to {most:,}")

    return number


def strings(value: object, label: str) -> tuple[str, ...]:
    """One string, several with commas in the environment, a path, or a list of them."""
    if isinstance(value, str):
        items: Sequence[object] = [part.strip() for part in value.split(",") if part.strip()]
    elif isinstance(value, (list, tuple)):
        items = value
    else:
        items = [value]

    texts = tuple(_string(item, label) for item in items)
    if not texts:
        raise SettingError(label, value, "expected at least one entry; leave it out for the default")

    return texts


def _string(value: object, label: str) -> str:
    path = value.__fspath__() if hasattr(value, "__fspath__") else value

    if not isinstance(path, str) or not path.strip():
        raise SettingError(label, value, "expected a string or a path, or a list of them")

    return path


def callables(value: object, label: str) -> tuple[Callable[..., Any], ...]:
    items = tuple(value) if isinstance(value, (list, tuple)) else ()

    if not items or not all(callable(item) for item in items):
        raise SettingError(label, value, "expected a list of callables (batch, context) -> Update | None")

    return items


def prefix(value: object, label: str) -> str:
    path = _string(value, label).rstrip("/")

    if not PREFIX.fullmatch(path):
        raise SettingError(label, value, "expected an absolute path of letters, digits, - and _, such as /__reload__")

    return path


def transport(value: object, label: str) -> Transport:
    match value:
        case "auto" | "ws" | "sse":
            return value
        case _:
            raise SettingError(label, value, "expected 'auto', 'ws' or 'sse'")


def lifespan(value: object, label: str) -> Lifespan:
    match value:
        case "overlap" | "sequential":
            return value
        case _:
            raise SettingError(label, value, "expected 'overlap' or 'sequential'")
