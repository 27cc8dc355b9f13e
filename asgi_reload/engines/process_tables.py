"""The tables of a process that any code may write into, as plain data: for a fingerprint."""

from __future__ import annotations

import asyncio
import copyreg
import logging
import mimetypes
import signal
import sys
import warnings
from pathlib import Path
from typing import Any


def process_tables() -> dict[str, Any]:
    """What logging, warnings, imports, signals, media types and the event loop hold."""
    here = str(Path.cwd())
    if not mimetypes.inited:
        mimetypes.init()
    loggers: dict[str, Any] = {"": logging.root, **logging.root.manager.loggerDict}
    known = [signal.Signals(number) for number in signal.valid_signals() if number in set(signal.Signals)]
    return {
        "handlers": {
            n: [type(h).__name__ for h in x.handlers] for n, x in loggers.items() if getattr(x, "handlers", 0)
        },
        "logging filters": {
            n: [type(f).__name__ for f in x.filters] for n, x in loggers.items() if getattr(x, "filters", 0)
        },
        "levels": {n: x.level for n, x in loggers.items() if getattr(x, "level", 0)},
        "filters": sorted(map(repr, warnings.filters)),
        "path": [entry.replace(here, ".") for entry in sys.path],
        "finders": [name for finder in sys.meta_path if (name := _name_of(finder)) != "Noticing"],
        "hooks": [_name_of(hook) for hook in sys.path_hooks],
        "reducers": sorted(f"{cls.__module__}.{cls.__qualname__}" for cls in copyreg.dispatch_table),
        "signals": {number.name: getattr(signal.getsignal(number), "__qualname__", None) for number in known},
        "types": sorted(mimetypes.types_map.items()),
        "tasks": _task_names(),
    }


def _name_of(value: object) -> str:
    return str(getattr(value, "__name__", type(value).__name__))


def _task_names() -> list[str]:
    try:
        tasks = asyncio.all_tasks()
    except RuntimeError:
        return []

    # anyio names its tasks after what they run: those that are ours say nothing of the app.
    own = __name__.partition(".")[0]
    names = {getattr(t.get_coro(), "__qualname__", "") for t in tasks if t.get_name().partition(".")[0] != own}
    return sorted(names)
