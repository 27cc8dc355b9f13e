"""Single statements and methods executed again where they live, a plain function into the object that others hold.

Touches the process, through a journal only. Decides nothing: what may be redone is in the plan.
"""

from __future__ import annotations

import abc
import ast
import sys
from types import FunctionType
from typing import TYPE_CHECKING, Any, Final

from .journal import ABSENT
from .names import BodyAt
from .patch import KIND
from .source import walk_code

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from types import CodeType, ModuleType

    from .journal import Journal
    from .living import Living
    from .source import Source
    from .statement import Statement

FUTURES: Final = 0x1FE0000  # the flags that `from __future__` leaves in a code object
MOVED: Final = ("__code__", "__defaults__", "__kwdefaults__", "__doc__")


def redo(journal: Journal, living: Living, module: ModuleType, source: Source, statement: Statement) -> None:
    """Execute one statement again in its living module. A plain function is moved into the object that others hold."""
    namespace = vars(module)
    journal.keep(namespace)
    held = {name: namespace.get(name, ABSENT) for name in statement.binds}
    forget_annotations(journal, module, held)
    code = _compiled(source, statement.node)
    exec(code, namespace)
    register(living, source, statement, code)

    if statement.is_function:
        for name, old in held.items():
            if _can_follow(name, old, namespace[name], namespace):
                transplant(journal, old, namespace[name])
                namespace[name] = old


def forget_annotations(journal: Journal, module: ModuleType, names: Iterable[str]) -> None:
    """What a module says of the types of these names; a statement that is executed says it again."""
    annotations = vars(module).get("__annotations__")

    if isinstance(annotations, dict):
        journal.keep(annotations)
        for name in names:
            annotations.pop(name, None)
        if not annotations:
            journal.keep(vars(module))
            del vars(module)["__annotations__"]


def _compiled(source: Source, node: ast.stmt) -> CodeType:
    # From 3.12 on, calls of what the module imports compile otherwise than other calls: the compiler has to see those
    # imports for the same code to come out, and leaves away what can never run.
    unseen = [] if isinstance(node, (ast.Import, ast.ImportFrom)) else [*_imports(source)]
    never = ast.copy_location(ast.Constant(False), node)
    tree = ast.Module([node, *([ast.copy_location(ast.If(never, unseen, []), node)] if unseen else [])], [])
    code: CodeType = compile(tree, source.file, "exec", source.code.co_flags & FUTURES, dont_inherit=True)
    return code


def _imports(source: Source) -> Iterator[ast.stmt]:
    nodes: list[ast.AST] = [statement.node for statement in source.statements]

    for node in nodes:
        match node:
            case ast.ImportFrom(module="__future__") | ast.ImportFrom(names=[ast.alias(name="*")]):
                pass
            case ast.Import() | ast.ImportFrom():
                yield node
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef() | ast.expr():
                pass
            case _:
                nodes.extend(ast.iter_child_nodes(node))


def register(living: Living, source: Source, statement: Statement, code: CodeType) -> None:
    """Remember which code objects a redone statement made; of a class, some methods may not have been."""
    made = list(walk_code(code))

    for body in statement.bodies:
        if body.code is not None and (found := [c for c in made if c == body.code]):
            living.codes[BodyAt(source.module, body.key)] = found


def _can_follow(name: str, old: object, new: object, namespace: dict[str, Any]) -> bool:
    if type(old) is not FunctionType or type(new) is not FunctionType or old.__globals__ is not namespace:
        return False

    # What the name was bound to may be another's: `name = other`, or a wrapper around what it was.
    return old.__code__.co_qualname == name and fits_kind(old, new)


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
