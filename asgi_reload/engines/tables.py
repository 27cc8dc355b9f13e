"""The interpreter's own tables that a module may write into at import, and what becomes of them when it is replaced.

What the old version of a module added is taken out if it can be told to be its own; the journal can put it back.
"""

from __future__ import annotations

import asyncio
import atexit
import logging
import mimetypes
import signal
import sys
import threading
import warnings
from functools import partial
from types import FunctionType
from typing import TYPE_CHECKING, Any

from .follow import CannotFollow

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from types import ModuleType

    from .journal import Journal


class Tables:
    """Remembers the tables when modules are about to be executed anew; `settle` takes the old versions' entries out."""

    def __init__(self, journal: Journal, old: Mapping[str, ModuleType], project: Collection[str]) -> None:
        self._journal = journal
        self._project = project
        self._namespaces = {id(vars(module)) for module in old.values()}
        self._functions = [v for m in old.values() for v in vars(m).values() if type(v) is FunctionType]
        self._handlers = {logger: list(logger.handlers) for logger in _loggers()}
        self._path = list(sys.path)
        self._threads = set(threading.enumerate())
        self._tasks = _tasks()
        self._keep()

    def _keep(self) -> None:
        journal = self._journal
        journal.keep_list(warnings.filters)  # type: ignore[arg-type]
        journal.keep_list(sys.path)
        journal.keep_list(logging.getLogger().handlers)
        for logger in self._handlers:
            journal.keep_list(logger.handlers)
            journal.keep(vars(logger))
        if mimetypes._db is not None:  # type: ignore[attr-defined]
            for table in mimetypes._db.types_map:  # type: ignore[attr-defined]
                journal.keep(table)
        self._keep_signals()

    def _keep_signals(self) -> None:
        if threading.current_thread() is not threading.main_thread():
            return

        for number in (signal.SIGINT, signal.SIGTERM, *(getattr(signal, n) for n in ("SIGHUP", "SIGUSR1", "SIGUSR2"))):
            handler = signal.getsignal(number)
            if handler is not None:
                self._journal.on_rollback(partial(signal.signal, number, handler))

    def settle(self) -> None:
        """Raises CannotFollow for what runs on and cannot be stopped."""
        started = [t for t in set(threading.enumerate()) - self._threads if self._is_users(t)]
        if started:
            raise CannotFollow(f"importing starts the thread {started[0].name!r}, and the old one cannot be stopped")

        for logger, before in self._handlers.items():
            self._settle_handlers(logger, before)
        for entry in self._path:
            if sys.path.count(entry) > self._path.count(entry):
                sys.path.remove(entry)
        for function in self._functions:
            atexit.unregister(function)
        for task in self._tasks:
            if id(_globals_of(task)) in self._namespaces:
                task.cancel("its module was replaced")

    def _is_users(self, thread: threading.Thread) -> bool:
        target = getattr(thread, "_target", None)
        return type(thread).__module__ in self._project or getattr(target, "__module__", None) in self._project

    def _settle_handlers(self, logger: logging.Logger, before: list[logging.Handler]) -> None:
        for fresh in [handler for handler in logger.handlers if handler not in before]:
            twin = next((h for h in before if h in logger.handlers and _kind(h) == _kind(fresh)), None)
            if twin is not None:
                logger.handlers.remove(twin)


def _loggers() -> list[logging.Logger]:
    named = [one for one in logging.root.manager.loggerDict.values() if isinstance(one, logging.Logger)]
    return [logging.root, *named]


def _kind(handler: logging.Handler) -> tuple[object, ...]:
    stream = getattr(handler, "stream", None)
    return type(handler).__qualname__, getattr(handler, "baseFilename", None), id(stream)


def _tasks() -> set[asyncio.Task[Any]]:
    try:
        return asyncio.all_tasks()
    except RuntimeError:
        return set()


def _globals_of(task: asyncio.Task[Any]) -> object:
    frame = getattr(task.get_coro(), "cr_frame", None)
    return getattr(frame, "f_globals", None)
