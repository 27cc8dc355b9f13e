"""What other libraries remember of files: template caches and source lines, forgotten after a save.

Each library is asked only if the app has imported it.
"""

from __future__ import annotations

import functools
import gc
import linecache
import sys
from types import FunctionType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable


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


def forget_generation(namespaces: Collection[int]) -> None:
    """Clear every library's `lru_cache` that still holds a function, or a class, of the old generation.

    namespaces: ids of the `__dict__` of the modules that went.
    """
    for candidate in gc.get_objects():
        if type(candidate) is functools._lru_cache_wrapper and _reaches(candidate, namespaces, 4):
            candidate.cache_clear()


def _reaches(holder: Any, namespaces: Collection[int], depth: int) -> bool:
    for part in gc.get_referents(holder):
        if type(part) is FunctionType and id(part.__globals__) in namespaces:
            return True
        if depth and isinstance(part, (dict, tuple, list)) and _reaches(part, namespaces, depth - 1):
            return True
    return False


def _loaded(module: str, name: str) -> Any:
    return getattr(sys.modules.get(module), name, None)


def _clear(owner: object, name: str) -> None:
    cache = vars(owner).get(name)
    if cache is not None:
        cache.clear()
