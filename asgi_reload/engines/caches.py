"""What other libraries remember of files: template caches and source lines, forgotten after a save.

Each library is asked only if the app has imported it.
"""

from __future__ import annotations

import functools
import gc
import linecache
import sys
from types import CodeType, FunctionType, ModuleType
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

CACHE_DEPTH: Final = 5  # dict, key, the key's own object, its attributes, function
MAX_SEEN: Final = 50_000


def forget_lines(files: Iterable[str]) -> None:
    """Let tracebacks show these files as they are now."""
    for file in files:
        linecache.checkcache(file)


def forget_templates() -> None:
    """Empty the caches of Jinja2 environments, Mako lookups and Django's cached loaders, wherever they live."""
    classes = [(c, name) for path, name in CACHES if (c := _loaded(*path)) is not None]
    if not classes:
        return

    for candidate in gc.get_objects():
        for cls, name in classes:
            if issubclass(type(candidate), cls):  # a proxy would answer isinstance by loading what it stands for
                _clear(candidate, name)


CACHES = (
    (("jinja2.environment", "Environment"), "cache"),
    (("mako.lookup", "TemplateLookup"), "_collection"),
    (("django.template.loaders.cached", "Loader"), "get_template_cache"),
)


def forget_generation(namespaces: Collection[int], own: Collection[str]) -> None:
    """Clear every library's `lru_cache` that still holds a function, a class or a module of the old generation.

    namespaces: ids of the `__dict__` of the modules that went. own: modules whose caches are state, and stay.
    """
    caches = [c for c in gc.get_objects() if type(c) is functools._lru_cache_wrapper and c.cache_info().currsize]

    for cache in caches:
        if getattr(cache, "__module__", None) not in own and _reaches(cache, namespaces):
            cache.cache_clear()


def _reaches(cache: object, namespaces: Collection[int]) -> bool:
    level, seen = [cache], set[int]()

    for _ in range(CACHE_DEPTH):
        level = [part for holder in level for part in gc.get_referents(holder) if id(part) not in seen]
        seen.update(map(id, level))
        if len(seen) > MAX_SEEN or any(_is_of(part, namespaces) for part in level):
            return len(seen) <= MAX_SEEN
        level = [part for part in level if not isinstance(part, (ModuleType, type, FunctionType, CodeType))]
    return False


def _is_of(part: object, namespaces: Collection[int]) -> bool:
    if type(part) is FunctionType:
        return id(part.__globals__) in namespaces

    if isinstance(part, ModuleType):
        return id(vars(part)) in namespaces
    # A class is known by its methods.
    return isinstance(part, type) and any(
        type(value) is FunctionType and id(value.__globals__) in namespaces for value in list(vars(part).values())
    )


def _loaded(module: str, name: str) -> Any:
    return getattr(sys.modules.get(module), name, None)


def _clear(owner: object, name: str) -> None:
    cache = vars(owner).get(name)
    if cache is not None:
        cache.clear()
