"""Objects that stay while their class is replaced: they follow to the new class, or the edit is refused.

Only objects that kept modules hold count; those of the old generation go with it.
"""

from __future__ import annotations

import enum
import gc
from asyncio import AbstractEventLoop
from dataclasses import fields, is_dataclass
from types import AsyncGeneratorType, CodeType, CoroutineType, FrameType, FunctionType, GeneratorType, ModuleType
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from .journal import Journal

MAX_OBJECTS: Final = 100_000
MACHINERY: Final = frozenset({"__builtins__", "__loader__", "__spec__"})
UNHELD: Final = (ModuleType, CodeType, FrameType, CoroutineType, GeneratorType, AsyncGeneratorType, AbstractEventLoop)
UNHELD_NAMES: Final = frozenset(
    {"Task", "Future", "builtin_function_or_method", "wrapper_descriptor", "getset_descriptor"}
)


class CannotFollow(Exception):
    """An instance that is kept cannot become one of its class's new version; says which and why."""


def follow(journal: Journal, replaced: Mapping[type, tuple[type, frozenset[str]]], kept: Iterable[ModuleType]) -> int:
    """Make every kept instance one of its class's new version; how many there were.

    replaced: old class → the new one, and the attributes that instances of the old one must have by now.
    Raises CannotFollow; the journal can undo what was done until then.
    """
    if not replaced:
        return 0

    if not any(type(candidate) in replaced for candidate in gc.get_referrers(*replaced)):
        return 0

    held = _held(kept, replaced)
    for instance, holders in held:
        new, required = replaced[type(instance)]
        if isinstance(instance, enum.Enum):
            _replace_member(journal, instance, new, holders)
        else:
            _check_fields(instance, new, required)
            _change_class(journal, instance, new)
    return len(held)


def _held(kept: Iterable[ModuleType], replaced: Mapping[type, object]) -> list[tuple[Any, list[Any]]]:
    """All objects reachable from kept modules whose class is replaced, and what holds each of them."""
    modules = {module.__name__: module for module in kept}
    namespaces = [{k: v for k, v in vars(m).items() if k not in MACHINERY} for m in modules.values()]
    seen: set[int] = set()
    found: dict[int, tuple[Any, list[Any]]] = {}
    waiting: list[Any] = list(namespaces)
    real = {id(copy): vars(module) for copy, module in zip(namespaces, modules.values(), strict=True)}

    while waiting and len(seen) < MAX_OBJECTS:
        holder = waiting.pop()
        if id(holder) in seen:
            continue
        seen.add(id(holder))
        for value in _parts(holder, modules):
            if type(value) in replaced:
                found.setdefault(id(value), (value, []))[1].append(real.get(id(holder), holder))
            if gc.is_tracked(value):
                waiting.append(value)

    return list(found.values())


def _parts(holder: Any, modules: Mapping[str, ModuleType]) -> list[Any]:
    """What an object holds of its own: no modules, no frames, no event loops, no classes of other people."""
    if isinstance(holder, FunctionType):
        cells = [_content(cell) for cell in holder.__closure__ or ()]
        return [*cells, *(holder.__defaults__ or ()), *(holder.__kwdefaults__ or {}).values()]
    if isinstance(holder, type):
        return list(vars(holder).values()) if holder.__module__ in modules else []
    if isinstance(holder, UNHELD) or type(holder).__name__ in UNHELD_NAMES:
        return []

    return [part for part in gc.get_referents(holder) if part is not type(holder)]


def _content(cell: Any) -> Any:
    try:
        return cell.cell_contents
    except ValueError:
        return None


def _check_fields(instance: Any, new: type, required: frozenset[str]) -> None:
    names: set[str] = set(getattr(new, "model_fields", ()) or getattr(new, "__pydantic_fields__", ()))
    if is_dataclass(new):
        names |= {field.name for field in fields(new)}

    present = {*getattr(instance, "__dict__", {}), *(n for n in names | required if _has_slot(instance, n))}
    if missing := sorted(n for n in names | required if n not in present and not _is_on_class(new, n)):
        raise CannotFollow(f"a living {new.__qualname__} has no {missing[0]!r}, which the new version expects")


def _has_slot(instance: Any, name: str) -> bool:
    try:
        object.__getattribute__(instance, name)
    except AttributeError:
        return False
    return True


def _is_on_class(new: type, name: str) -> bool:
    return any(name in vars(base) and not hasattr(vars(base)[name], "__objclass__") for base in new.__mro__)


def _change_class(journal: Journal, instance: Any, new: type) -> None:
    old = type(instance)
    try:
        object.__setattr__(instance, "__class__", new)
    except TypeError as error:
        raise CannotFollow(f"a living {old.__qualname__} cannot become one of the new version: {error}") from error
    journal.on_rollback(lambda: object.__setattr__(instance, "__class__", old))


def _replace_member(journal: Journal, member: enum.Enum, new: Any, holders: Iterable[Any]) -> None:
    fresh = new.__members__.get(member.name)
    if fresh is None:
        raise CannotFollow(f"{member!r} is held, and {new.__qualname__} has no {member.name} any more")

    for holder in holders:
        if isinstance(holder, type):
            continue
        if isinstance(holder, dict) and not any(key is member for key in holder):
            for key in [key for key, value in holder.items() if value is member]:
                journal.set_item(holder, key, fresh)
        elif isinstance(holder, list):
            journal.keep_list(holder)
            holder[:] = [fresh if value is member else value for value in holder]
        elif hasattr(holder, "__dict__") and member in vars(holder).values():
            for key in [key for key, value in vars(holder).items() if value is member]:
                journal.set_attribute(holder, key, fresh)
        elif not isinstance(holder, type(member)):
            raise CannotFollow(f"{member!r} is held by a {type(holder).__name__}, where it cannot be replaced")
