"""Which tables of the interpreter's there are, and when an entry was made in the place of another."""

from __future__ import annotations

import logging
import mimetypes
import signal
import sys
import warnings
from types import FunctionType
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

SIGNALS: Final = ("SIGINT", "SIGTERM", "SIGHUP", "SIGUSR1", "SIGUSR2", "SIGALRM", "SIGCHLD", "SIGWINCH")


def loggers() -> list[logging.Logger]:
    """All that there are, the root first."""
    named = [one for one in logging.root.manager.loggerDict.values() if isinstance(one, logging.Logger)]
    return [logging.root, *named]


def lists() -> Iterator[list[Any]]:
    known: list[Any] = [warnings.filters, sys.path, sys.meta_path, sys.path_hooks]
    for logger in loggers():
        known += [logger.handlers, logger.filters, *(handler.filters for handler in logger.handlers)]
    seen: set[int] = set()
    for entries in known:
        if id(entries) not in seen:
            seen.add(id(entries))
            yield entries


def filters() -> list[Any]:
    known: Any = warnings.filters
    return known  # type: ignore[no-any-return]


def signals() -> list[signal.Signals]:
    return [signal.Signals[name] for name in SIGNALS if name in signal.Signals.__members__]


def types() -> list[dict[str, Any]]:
    tables: Any = mimetypes
    return [] if tables._db is None else [*tables._db.types_map, *tables._db.types_map_inv]


def kind(entry: Any) -> tuple[object, ...]:
    """What two entries have in common of which one was made again in the place of the other."""
    if isinstance(entry, (str, tuple)):
        return (entry,)
    if type(entry) is FunctionType or isinstance(entry, type):
        return entry.__module__, entry.__qualname__

    stream = getattr(entry, "stream", None)
    return type(entry).__qualname__, getattr(entry, "baseFilename", None), getattr(entry, "name", None), id(stream)


def put_back(table: dict[str, Any], before: dict[str, Any]) -> None:
    table.update(before)
    for key in [key for key in table if key not in before]:
        del table[key]


def default_level(logger: logging.Logger) -> int:
    return logging.WARNING if logger is logging.root else logging.NOTSET


def mutated() -> None:
    """Let go of what `warnings` and `logging` have concluded from their tables."""
    tell = getattr(warnings, "_filters_mutated", None)
    if tell is not None:
        tell()
    logging.root.manager._clear_cache()  # type: ignore[attr-defined]
