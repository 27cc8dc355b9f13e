"""One small parser per shape of option: what may be written and what it means. Each names the setting it refuses."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, Literal, get_args

from .errors import SettingError
from .page_messages import Level

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from .command import LogLevel, Mode

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


def text(value: object, label: str) -> str:
    return _string(value, label)


def seconds(value: object, label: str) -> int:
    return _whole(value, label, 0, LONGEST_WAIT_MS // 1000, "a whole number of seconds")


def port(value: object, label: str) -> int:
    """0 is any that is free."""
    return _whole(value, label, 0, 65_535, "a port")


def descriptor(value: object, label: str) -> int:
    return _whole(value, label, 0, 1_000_000, "a file descriptor")


def modules(value: object, label: str) -> tuple[str, ...]:
    """Names of modules; none of them is a list, too."""
    names = strings(value, label) if value not in ("", [], ()) else ()

    if not all(part.isidentifier() for name in names for part in name.split(".")):
        raise SettingError(label, value, "expected names of modules, such as 'sqlalchemy.orm'")

    return names


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


def mode(value: object, label: str) -> Mode:
    match value:
        case "hot" | "cold" | "isolated":
            return value
        case _:
            raise SettingError(label, value, "expected 'hot', 'cold' or 'isolated'")


def levels(value: object, label: str) -> tuple[Level, ...]:
    """Levels of a browser's console."""
    names = strings(value, label)

    if not set(names) <= set(get_args(Level)):
        raise SettingError(label, value, f"expected some of {', '.join(get_args(Level))}")

    return tuple(level for level in get_args(Level) if level in names)


def log_level(value: object, label: str) -> LogLevel:
    match value:
        case "critical" | "error" | "warning" | "info" | "debug" | "trace":
            return value
        case _:
            raise SettingError(label, value, "expected 'critical', 'error', 'warning', 'info', 'debug' or 'trace'")
