"""What other libraries remember of files: template caches and source lines, forgotten after a save.

Each library is asked only if the app has imported it.
"""

from __future__ import annotations

import functools
import gc
import linecache
import sys
from types import FunctionType, ModuleType
from typing import TYPE_CHECKING, Any, Final

from .memos import subclasses

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

CACHE_DEPTH: Final = 5  # dict, key, the key's own object, its attributes, function
MAX_SEEN: Final = 50_000


def forget_lines(files: Iterable[str]) -> None:
    """Let tracebacks show these files as they are now."""
    for file in files:
        linecache.checkcache(file)


def forget_templates() -> None:
    """Empty the caches of Jinja2 environments, Mako lookups and Django's cached loaders, wherever they live."""
    names = {cls: name for path, name in CACHES if (base := _loaded(*path)) for cls in (base, *subclasses(base))}
    if not names:
        return

    # An instance refers to its class. A proxy would answer isinstance by loading what it stands for.
    for candidate in gc.get_referrers(*names):
        if (name := names.get(type(candidate))) is not None:
            _clear(candidate, name)


CACHES = (
    (("jinja2.environment", "Environment"), "cache"),
    (("mako.lookup", "TemplateLookup"), "_collection"),
    (("django.template.loaders.cached", "Loader"), "get_template_cache"),
)


def forget_generation(old: Mapping[str, ModuleType], own: Collection[str]) -> None:
    """Clear every library's `lru_cache` that still holds a function, a class or a module of the old generation.

    old: the modules that went, by name. own: modules whose caches are state, and stay.
    """
    namespaces = frozenset(id(vars(module)) for module in old.values())

    caches = [candidate for candidate in gc.get_objects() if type(candidate) is functools._lru_cache_wrapper]

    for cache in caches:
        is_state = getattr(cache, "__module__", None) in own
        if not is_state and cache.cache_info().currsize and _reaches(cache, namespaces, old):
            cache.cache_clear()


def _reaches(cache: object, namespaces: Collection[int], old: Collection[str]) -> bool:
    level, seen = [cache], set[int]()

    for _ in range(CACHE_DEPTH):
        parts = [part for part in gc.get_referents(*level) if id(part) not in seen]
        seen.update(map(id, parts))
        if len(seen) > MAX_SEEN:
            return False
        level = []
        for part in parts:
            kind = type(part)
            if kind is FunctionType:
                found = id(part.__globals__) in namespaces
            elif kind is ModuleType:
                found = id(vars(part)) in namespaces
            elif isinstance(part, type):
                found = vars(part).get("__module__") in old
            else:
                found = False
                level.append(part)
            if found:
                return True
    return False


def _loaded(module: str, name: str) -> Any:
    return getattr(sys.modules.get(module), name, None)


def _clear(owner: object, name: str) -> None:
    cache = vars(owner).get(name)
    if cache is not None:
        cache.clear()
