"""New code for living functions, and single statements executed again where they live.

Touches the process, through a journal only. Decides nothing: what may be patched or redone is in the plan.
"""

from __future__ import annotations

import abc
import ast
import functools
import gc
import inspect
import sys
from types import CodeType, FunctionType, ModuleType
from typing import TYPE_CHECKING, Any, Final

from .graph import BodyAt
from .journal import ABSENT
from .source import walk_code

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from .difference import Difference
    from .journal import Journal
    from .living import Living
    from .source import Source, Statement

FUTURES: Final = 0x1FE0000  # the flags that `from __future__` leaves in a code object
MOVED: Final = ("__code__", "__defaults__", "__kwdefaults__", "__doc__")
KIND: Final = inspect.CO_GENERATOR | inspect.CO_COROUTINE | inspect.CO_ITERABLE_COROUTINE | inspect.CO_ASYNC_GENERATOR
STARS: Final = inspect.CO_VARARGS | inspect.CO_VARKEYWORDS


def patch_codes(journal: Journal, living: Living, changes: Mapping[str, Difference], new: Mapping[str, Source]) -> None:
    """Give every living function of these modules the code of the new text: new bodies, and new line numbers."""
    replaced: dict[int, CodeType] = {}
    codes: list[CodeType] = []

    for module, difference in changes.items():
        bodies = {body.key: body.code for body in new[module].bodies()}
        for old_key, new_key in difference.bodies.items():
            code = bodies[new_key]
            for old in living.codes.get(BodyAt(module, old_key), ()):
                if code is not None and not is_same(old, code) and fits(old, code):
                    replaced[id(old)] = code
                    codes.append(old)

    for function in functions_of(codes):
        journal.set_attribute(function, "__code__", replaced[id(function.__code__)])


def functions_of(codes: list[CodeType]) -> list[FunctionType]:
    """All living functions made from these code objects, wherever they are held."""
    if not codes:
        return []

    wanted = {id(code) for code in codes}
    return [f for f in gc.get_referrers(*codes) if type(f) is FunctionType and id(f.__code__) in wanted]


def fits(old: CodeType, new: CodeType) -> bool:
    """May a function made from `old` run `new`? Python itself compares no more than the number of cells."""
    return (
        old.co_freevars == new.co_freevars
        and _arguments(old) == _arguments(new)
        and old.co_flags & (KIND | STARS) == new.co_flags & (KIND | STARS)
    )


def _arguments(code: CodeType) -> tuple[object, ...]:
    count = code.co_argcount + code.co_kwonlyargcount + (code.co_flags & STARS).bit_count()
    return code.co_posonlyargcount, code.co_argcount, code.co_kwonlyargcount, code.co_varnames[:count]


def is_same(old: CodeType, new: CodeType) -> bool:
    """Equal to the last line number, which `==` does not ask for on every version."""
    if old != new or old.co_firstlineno != new.co_firstlineno or old.co_linetable != new.co_linetable:
        return False

    inner = [(a, b) for a, b in zip(old.co_consts, new.co_consts, strict=True) if isinstance(a, CodeType)]
    return all(isinstance(b, CodeType) and is_same(a, b) for a, b in inner)


# statements


def redo(journal: Journal, living: Living, module: ModuleType, source: Source, statement: Statement) -> None:
    """Execute one statement again in its living module. A plain function is moved into the object that others hold."""
    namespace = vars(module)
    journal.keep(namespace)
    held = {name: namespace.get(name, ABSENT) for name in statement.binds}
    code = _compiled(source, statement.node)
    exec(code, namespace)
    register(living, source, statement, code)

    if statement.is_function:
        for name, old in held.items():
            if _can_follow(old, namespace[name], namespace):
                transplant(journal, old, namespace[name])
                namespace[name] = old


def _compiled(source: Source, node: ast.stmt) -> CodeType:
    tree = ast.Module([node], [])
    code: CodeType = compile(tree, source.file, "exec", source.code.co_flags & FUTURES, dont_inherit=True)
    return code


def register(living: Living, source: Source, statement: Statement, code: CodeType) -> None:
    """Remember which code objects a redone statement made."""
    made = list(walk_code(code))

    for body in statement.bodies:
        if body.code is not None:
            living.codes[BodyAt(source.module, body.key)] = [c for c in made if c == body.code] or [body.code]


def _can_follow(old: object, new: object, namespace: dict[str, Any]) -> bool:
    if type(old) is not FunctionType or type(new) is not FunctionType or old.__globals__ is not namespace:
        return False

    return fits_kind(old, new)


def transplant(journal: Journal, old: FunctionType, new: FunctionType) -> None:
    """Move what makes a function into the old object, so that every holder has it."""
    for name in MOVED:
        journal.set_attribute(old, name, getattr(new, name))
    for name in ("__type_params__", "__annotate__" if sys.version_info >= (3, 14) else "__annotations__"):
        if hasattr(new, name):
            journal.set_attribute(old, name, getattr(new, name))

    for name in {*vars(old), *vars(new)} - {"__wrapped__"}:
        if name in vars(new):
            journal.set_item(vars(old), name, vars(new)[name])


def redo_members(
    journal: Journal,
    living: Living,
    module: ModuleType,
    source: Source,
    statement: Statement,
    redone: Iterable[str],
    removed: Iterable[str],
) -> None:
    """Add, replace and remove plain methods of a living class."""
    node = statement.node
    if not isinstance(node, ast.ClassDef):
        return

    owner = vars(module)[node.name]
    wanted = frozenset(redone)
    for name in removed:
        _set_member(journal, owner, name, ABSENT)
    if not wanted:
        return

    methods = [inner for inner in node.body if getattr(inner, "name", None) in wanted]
    bare = ast.copy_location(ast.ClassDef(node.name, [], [], methods, []), node)
    if hasattr(node, "type_params"):
        bare.type_params = []  # type: ignore[attr-defined,unused-ignore]
    made: dict[str, Any] = {}
    code = _compiled(source, bare)
    exec(code, vars(module), made)
    register(living, source, statement, code)

    for name in wanted:
        _adopt_method(journal, owner, name, vars(made[node.name])[name])


def _adopt_method(journal: Journal, owner: type, name: str, new: FunctionType) -> None:
    for variable, cell in zip(new.__code__.co_freevars, new.__closure__ or (), strict=False):
        if variable == "__class__":
            cell.cell_contents = owner

    old = vars(owner).get(name)
    if type(old) is FunctionType and fits_kind(old, new):
        transplant(journal, old, new)
    else:
        _set_member(journal, owner, name, new)


def fits_kind(old: FunctionType, new: FunctionType) -> bool:
    """Do both have the same cells, and are both called in the same way?"""
    return (
        old.__code__.co_freevars == new.__code__.co_freevars
        and old.__code__.co_flags & KIND == new.__code__.co_flags & KIND
    )


def _set_member(journal: Journal, owner: type, name: str, value: object) -> None:
    before = vars(owner).get(name, ABSENT)
    _put_member(owner, name, value)
    journal.on_rollback(lambda: _put_member(owner, name, before))


def _put_member(owner: type, name: str, value: object) -> None:
    if value is ABSENT:
        delattr(owner, name)
    else:
        setattr(owner, name, value)

    if hasattr(owner, "__abstractmethods__"):
        abc.update_abstractmethods(owner)


# remembered results


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
        for subclass in (owner, *_subclasses(owner)):
            for instance in gc.get_referrers(subclass):
                if type(instance) is subclass and name in getattr(instance, "__dict__", {}):
                    journal.set_item(vars(instance), name, ABSENT)


def _classes_of(function: Any) -> list[type]:
    found: Any = sys.modules.get(function.__module__)
    for part in function.__qualname__.split(".")[:-1]:
        found = getattr(found, part, None)

    return [found] if isinstance(found, type) else []


def _subclasses(owner: type) -> list[type]:
    direct: list[type] = owner.__subclasses__()
    return [*direct, *(inner for subclass in direct for inner in _subclasses(subclass))]
