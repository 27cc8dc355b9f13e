"""The interpreter's own tables that modules write into at import: what an old version wrote goes before the new one is
executed, so that each finds what it would find in a fresh process. The journal can put everything back.

Three signs tell whose an entry is: it is made of something that the old version defines; its statement writes the like
when it is rehearsed; the new version makes its twin. Where none helps the save is refused.
"""

from __future__ import annotations

import copyreg
import logging
import mimetypes
import signal
import sys
import threading
import warnings
from functools import partial
from types import FunctionType, MethodType
from typing import TYPE_CHECKING, Any, Final

from .entries import default_level, filters, kind, lists, loggers, mutated, put_back, signals, types
from .follow import CannotFollow
from .registrations import NONE, registrations
from .rehearsal import Written, rehearse

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import ModuleType

    from .journal import Journal
    from .living import Living
    from .source import Source

SERVERS: Final = ("SIGINT", "SIGTERM")  # what was there before belongs to the server, and nobody knows it any more


class Tables:
    """The tables around one build: `clear` before it, `settle` after it.

    old: the modules that go, or are executed anew. new: the sources of all that there will be.
    """

    def __init__(
        self, journal: Journal, living: Living, old: Mapping[str, ModuleType], new: Mapping[str, Source]
    ) -> None:
        self._journal = journal
        self._old = old
        self._namespaces = {id(vars(module)) for module in old.values()}
        self._places: dict[int, list[tuple[int, object]]] = {}
        self._kept: dict[int, list[Any]] = {}
        self._written: list[Written] = []
        self._has_inner = False
        self._is_same = True
        self._configures = False
        self._disabled: list[tuple[logging.Logger, bool]] = []
        self._look(living, new)

    def _look(self, living: Living, new: Mapping[str, Source]) -> None:
        for name, module in self._old.items():
            source = living.sources.get(name)
            if source is None:
                continue
            ran = frozenset(at.key for at in living.ran | living.unknown if at.module == name)
            before = registrations(source, ran)
            after = registrations(new[name]) if name in new else NONE
            written = rehearse(before.plain, vars(module)) if before.plain else None
            lost = [*before.lost_in(after), *(["something"] if before.plain and written is None else [])]
            if lost:
                raise CannotFollow(f"{name} made an entry that cannot be told from those of others: {lost[0]}")
            if written is not None:
                self._written.append(written)
            self._has_inner = self._has_inner or bool(before.inner)
            self._configures = self._configures or before.configures or after.configures
            self._is_same = self._is_same and before.all == after.all

    # before

    def clear(self) -> None:
        """Take out what the old versions wrote."""
        self._keep()
        for written in self._written:
            self._take_twins(filters(), written.filters)
            self._take_twins(sys.path, written.path)
            for logger in written.configured:
                logger.handlers[:], logger.filters[:] = [], []
                logger.propagate, logger.level = True, default_level(logger)
            for logger in loggers():
                self._take_twins(logger.handlers, written.handlers.get(logger, []))
                self._take_twins(logger.filters, written.logging_filters.get(logger, []))
                if written.levels.get(logger) == logger.level != logging.NOTSET:
                    logger.level = default_level(logger)
            self._clear_types(written)
        for entries in lists():
            for entry in [entry for entry in entries if self._is_of_old(entry)]:
                self._take(entries, entry)
        for cls in [cls for cls in copyreg.dispatch_table if self._is_of_old(cls)]:
            del copyreg.dispatch_table[cls]
        mutated()
        self._kept = {id(entries): list(entries) for entries in lists()}

    def _keep(self) -> None:
        journal = self._journal
        journal.on_rollback(mutated)
        journal.keep(logging.root.manager.loggerDict)
        for logger in loggers():
            journal.keep(vars(logger))
        for entries in lists():
            journal.keep_list(entries)
        journal.keep(copyreg.dispatch_table)
        for table in types():
            journal.on_rollback(partial(put_back, table, {k: v[:] for k, v in table.items()}))
        for owner, name in ((sys, "path"), (warnings, "filters")):
            journal.on_rollback(partial(setattr, owner, name, getattr(owner, name)))
        self._disabled = [(logger, logger.disabled) for logger in loggers()]
        for number in signals() if threading.current_thread() is threading.main_thread() else ():
            handler = signal.getsignal(number)
            if handler is not None:
                journal.on_rollback(partial(signal.signal, number, handler))

    def _take_twins(self, entries: list[Any], wanted: list[Any]) -> None:
        for one in wanted:
            same = [entry for entry in entries if entry is one]
            alike = [entry for entry in entries if kind(entry) == kind(one)]
            for twin in (*same, *alike)[:1]:
                self._take(entries, twin)

    def _take(self, entries: list[Any], entry: object) -> None:
        place = next(n for n, other in enumerate(entries) if other is entry)
        self._places.setdefault(id(entries), []).append((place, kind(entry)))
        del entries[place]

    def _clear_types(self, written: Written) -> None:
        tables: Any = mimetypes
        defaults = (tables._common_types_default, tables._types_map_default)

        for strict, extension, media in written.types if tables._db is not None else ():
            known, inverse = tables._db.types_map[strict], tables._db.types_map_inv[strict]
            if known.get(extension) == media and defaults[strict].get(extension) != media:
                del known[extension]
                inverse[media] = [other for other in inverse.get(media, ()) if other != extension]
                if not inverse[media]:
                    del inverse[media]
                if extension in defaults[strict]:
                    known[extension] = defaults[strict][extension]

    def _is_of_old(self, entry: object) -> bool:
        if type(entry) is MethodType:
            return self._is_of_old(entry.__func__) or self._is_of_old(entry.__self__)
        if type(entry) is partial:
            return self._is_of_old(entry.func)
        if type(entry) is FunctionType:
            return id(entry.__globals__) in self._namespaces

        cls = entry if isinstance(entry, type) else type(entry)
        home = self._old.get(cls.__module__)
        return home is not None and getattr(home, cls.__qualname__.partition(".")[0], None) is not None

    # after

    def settle(self) -> None:
        """Let entries that came back take their old places."""
        for entries in lists():
            kept = self._kept.get(id(entries), [])
            for fresh in [entry for entry in entries if not any(entry is other for other in kept)]:
                self._settle_entry(entries, kept, fresh)
        for logger, disabled in self._disabled if self._configures else ():
            logger.disabled = disabled  # a configuration says so of all that it finds, and the first one found fewer
        self._settle_path(sys.path)
        self._settle_signals()
        mutated()

    def _settle_signals(self) -> None:
        for number in signals():
            if not self._is_of_old(signal.getsignal(number)):
                continue
            if number.name in SERVERS or threading.current_thread() is not threading.main_thread():
                raise CannotFollow(f"a module that is replaced handles {number.name}, and who did so before is gone")
            signal.signal(number, signal.SIG_DFL)

    def _settle_path(self, entries: list[str]) -> None:
        kept = self._kept.get(id(entries), [])
        for entry in kept if self._has_inner else ():
            if entries.count(entry) > kept.count(entry):
                entries.remove(entry)

    def _settle_entry(self, entries: list[Any], kept: list[Any], fresh: object) -> None:
        places = self._places.get(id(entries), [])
        known = next((place for place in places if place[1] == kind(fresh)), None)
        twin = next((o for o in kept if kind(o) == kind(fresh)), None) if self._has_inner else None
        at = next(n for n, other in enumerate(entries) if other is fresh)

        if known is not None and self._is_same:
            places.remove(known)
            entries.insert(known[0], entries.pop(at))
        elif twin is not None and any(twin is other for other in entries):
            del entries[at]
            entries[next(n for n, other in enumerate(entries) if other is twin)] = fresh
