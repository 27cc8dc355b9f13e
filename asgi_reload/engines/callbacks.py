"""What the interpreter calls later and does not list: callbacks at exit, codecs, tasks that a module made at import.

Those of an old version go when its successor is there to stay; those of a version that fails go with it.
"""

from __future__ import annotations

import asyncio
import atexit
import codecs
import functools
import gc
import threading
from types import FunctionType, MethodType
from typing import TYPE_CHECKING, Any, Final

from .follow import CannotFollow

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from types import ModuleType

    from .source import Source

REGISTERED_BY: Final = (b"atexit", b"codecs")  # where no text has such a word, nobody needs to look


class Callbacks:
    """Remembers what is there before modules are executed anew; then either `keep_new` or `keep_old`."""

    def __init__(self, old: Mapping[str, ModuleType], project: Mapping[str, Source]) -> None:
        self._project = project
        self._is_used = any(word in source.text for source in project.values() for word in REGISTERED_BY)
        self._names = frozenset(old)
        self._old = {id(vars(module)) for module in old.values()}
        self._threads = set(threading.enumerate())
        self._tasks = _tasks()

    def check(self) -> None:
        """Raises CannotFollow for a thread: it runs on, and cannot be stopped."""
        started = [t for t in set(threading.enumerate()) - self._threads if self._is_users(t)]
        if started:
            raise CannotFollow(f"importing starts the thread {started[0].name!r}, and the old one cannot be stopped")

    def keep_new(self) -> None:
        """The new versions stay."""
        if not self._old:
            return

        self._release(lambda namespace: id(namespace) in self._old)
        for task in self._tasks:
            if id(_globals_of(task)) in self._old:
                task.cancel("its module was replaced")

    def keep_old(self) -> None:
        """The new versions go."""
        if not self._names:
            return

        self._release(lambda namespace: namespace.get("__name__") in self._names and id(namespace) not in self._old)
        for task in _tasks() - self._tasks:
            if (namespace := _globals_of(task)) is not None and namespace.get("__name__") in self._project:
                task.cancel("its module was not accepted")

    def _release(self, is_to_go: Any) -> None:
        for callback in _callables(gc.get_objects()) if self._is_used else ():
            namespace = _namespace_of(callback)
            if namespace is not None and is_to_go(namespace):
                atexit.unregister(callback)
                if type(callback) is FunctionType:
                    codecs.unregister(callback)

    def _is_users(self, thread: threading.Thread) -> bool:
        target = getattr(thread, "_target", None)
        return type(thread).__module__ in self._project or getattr(target, "__module__", None) in self._project


def _callables(objects: Iterable[Any]) -> list[Any]:
    return [one for one in objects if type(one) in (FunctionType, MethodType, functools.partial)]


def _namespace_of(callback: Any) -> dict[str, Any] | None:
    while type(callback) is functools.partial:
        callback = callback.func
    function = getattr(callback, "__func__", callback) if type(callback) is MethodType else callback

    return function.__globals__ if type(function) is FunctionType else None


def _tasks() -> set[asyncio.Task[Any]]:
    try:
        return asyncio.all_tasks()
    except RuntimeError:
        return set()


def _globals_of(task: asyncio.Task[Any]) -> dict[str, Any] | None:
    coroutine = task.get_coro()
    frame = getattr(coroutine, "cr_frame", None)
    return getattr(frame, "f_globals", None)
