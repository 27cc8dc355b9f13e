"""Results that functions have remembered: forgotten where they would be others now."""

from __future__ import annotations

import functools
import gc
import sys
from typing import TYPE_CHECKING, Any

from .journal import ABSENT

if TYPE_CHECKING:
    from .journal import Journal
    from .living import Living
    from .names import BodyAt


def clear_memos(journal: Journal, living: Living, stale: frozenset[BodyAt]) -> None:
    """Forget what functions have remembered that would answer otherwise now."""
    at = living.at()
    caches: list[Any] = []
    properties: list[functools.cached_property[Any]] = []

    for candidate in gc.get_objects():
        if type(candidate) is functools._lru_cache_wrapper:
            caches.append(candidate)
        elif type(candidate) is functools.cached_property:
            properties.append(candidate)

    for cache in caches:
        if at.get(id(getattr(cache.__wrapped__, "__code__", None))) in stale:
            cache.cache_clear()
    for remembered in properties:
        if at.get(id(getattr(remembered.func, "__code__", None))) in stale:
            _forget_property(journal, remembered)


def _forget_property(journal: Journal, remembered: functools.cached_property[Any]) -> None:
    name = remembered.attrname
    owners = [c for c in _classes_of(remembered.func) if name is not None and vars(c).get(name) is remembered]

    for owner in owners:
        for subclass in (owner, *subclasses(owner)):
            for instance in gc.get_referrers(subclass):
                if type(instance) is subclass and name in getattr(instance, "__dict__", {}):
                    journal.set_item(vars(instance), name, ABSENT)


def _classes_of(function: Any) -> list[type]:
    found: Any = sys.modules.get(function.__module__)
    for part in function.__qualname__.split(".")[:-1]:
        found = getattr(found, part, None)

    return [found] if isinstance(found, type) else []


def subclasses(owner: type) -> list[type]:
    """All classes below this one."""
    direct: list[type] = owner.__subclasses__()
    return [*direct, *(inner for subclass in direct for inner in subclasses(subclass))]
