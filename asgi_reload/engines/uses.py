"""Which global names a piece of syntax reads, writes into or binds, and what it would do if it were run twice.

Pure. Knows one scope at a time: names of enclosing functions are nobody's business, all others are globals.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable

Chain: TypeAlias = tuple[str, ...]
"""A dotted name, part by part: `conf.settings.limit`."""

Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
FUNCTIONS: Final = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
SCOPES: Final = (*FUNCTIONS, ast.ClassDef, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
COMPREHENSIONS: Final = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
FRESH: Final = (ast.Call, ast.Constant, ast.JoinedStr, ast.BinOp, ast.Attribute, ast.List, ast.Tuple, ast.Dict, ast.Set)
MAX_FILE_NAME: Final = 200


@dataclass(frozen=True, slots=True)
class Import:
    """`import module` (name is None), `from module import name` (`*`: all of it); `bound` is what it is called here."""

    module: str
    name: str | None
    bound: str


@dataclass(slots=True)
class Uses:
    """What one unit of code (a statement while it runs, or one function body) does to names outside itself.

    reads: every global chain that is looked up, as long as it is written.
    calls: the chains that are called, or None among them for a callee that is no plain chain.
    touches: chains whose object may be written into: receiver of a call made for its effect, of a decorator, owner of
        an attribute or item that is assigned or deleted.
    stores: chains that are assigned or deleted themselves, `tools.hi`.
    rebinds: globals bound by a function (`global`); memos: those of them that it tests first.
    attributes: names of all attributes; files: string constants that could name a file.
    imports: imports that this unit runs by itself, where they bind no global.
    writes_globals: it writes into what `globals()` returns.
    opaque: it holds an effect that no name tells: `await`, `yield`, a bare expression.
    """

    reads: set[Chain] = field(default_factory=set)
    calls: set[Chain | None] = field(default_factory=set)
    touches: set[Chain] = field(default_factory=set)
    stores: set[Chain] = field(default_factory=set)
    rebinds: set[str] = field(default_factory=set)
    memos: set[str] = field(default_factory=set)
    attributes: set[str] = field(default_factory=set)
    files: set[str] = field(default_factory=set)
    imports: set[Import] = field(default_factory=set)
    opaque: bool = False
    writes_globals: bool = False


@dataclass(slots=True)
class Found:
    """A function met on the way: its node, its qualified name and what encloses it, for whoever looks inside."""

    node: Function
    qualname: str
    parent: str | None
    local: frozenset[str]


def chain_of(node: ast.AST) -> Chain | None:
    """The dotted name that an expression is, or None."""
    parts: list[str] = []

    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value

    return (node.id, *reversed(parts)) if isinstance(node, ast.Name) else None


def bound_names(body: Iterable[ast.AST]) -> set[str]:
    """Names that these nodes bind in their own scope, whatever way; nested scopes keep theirs."""
    names: set[str] = set()
    nodes = list(body)

    while nodes:
        node = nodes.pop()
        match node:
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
                names.add(name)
            case ast.alias(name=name, asname=asname):
                names.add(asname or name.partition(".")[0])
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                names.add(name)
                nodes.extend(node.decorator_list)
            case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
                names.add(name)
            case ast.MatchMapping(rest=str(name)):
                names.add(name)
        if isinstance(node, COMPREHENSIONS):
            # Only a walrus leaves a comprehension.
            names.update(n.target.id for n in ast.walk(node) if isinstance(n, ast.NamedExpr))
        elif not isinstance(node, SCOPES):
            nodes.extend(ast.iter_child_nodes(node))

    return names


def own_nodes(function: Function) -> list[ast.AST]:
    """The nodes of a function's body without those of the functions inside it."""
    found: list[ast.AST] = []
    nodes: list[ast.AST] = list(function.body) if isinstance(function.body, list) else [function.body]

    while nodes:
        node = nodes.pop()
        found.append(node)
        if not isinstance(node, FUNCTIONS):
            nodes.extend(ast.iter_child_nodes(node))

    return found


def parameters(arguments: ast.arguments) -> set[str]:
    every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg]
    return {argument.arg for argument in every if argument is not None}


class Collector(ast.NodeVisitor):
    """Fills a `Uses` from nodes of one unit, and lists the functions it defines without looking into them."""

    def __init__(self, package: str, qualname: str = "", local: frozenset[str] = frozenset(), owner: str | None = None):
        self.uses = Uses()
        self.functions: list[Found] = []
        self._package = package
        self._prefix = qualname
        self._local = local
        self._owner = owner
        self._globals: set[str] = set()
        self._is_function = owner is not None

    # names

    def visit_Name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Load):
            self._read((node.id,))
        elif node.id in self._globals:
            self.uses.rebinds.add(node.id)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        self.uses.attributes.add(node.attr)
        chain = chain_of(node)

        if chain is None:
            self.visit(node.value)
            return
        if isinstance(node.ctx, ast.Load):
            self._read(chain)
        else:
            self._read(chain[:-1])
            self._touch(chain[:-1])
            if chain[0] not in self._local:
                self.uses.stores.add(chain)

    def visit_Subscript(self, node: ast.Subscript) -> None:
        if not isinstance(node.ctx, ast.Load):
            self.uses.writes_globals |= _is_globals(node.value)
            if (chain := chain_of(node.value)) is not None:
                self._touch(chain)

        self.generic_visit(node)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        # It reads what it writes, and `x += [1]` writes into the old object.
        if (chain := chain_of(node.target)) is not None:
            self._read(chain)

        self.generic_visit(node)

    def visit_Global(self, node: ast.Global) -> None:
        self._globals.update(node.names)
        self._local -= set(node.names)

    def visit_Constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, str) and "." in node.value and len(node.value) <= MAX_FILE_NAME:
            self.uses.files.add(node.value.replace("\\", "/").rpartition("/")[2])

    # effects

    def visit_Call(self, node: ast.Call) -> None:
        chain = chain_of(node.func)
        if chain is None:
            # A method of a value that was made on the spot can change nobody else's.
            if not (isinstance(node.func, ast.Attribute) and isinstance(node.func.value, FRESH)):
                self.uses.calls.add(None)
        elif chain[0] not in self._local:
            self.uses.calls.add(chain)

        if isinstance(node.func, ast.Attribute) and node.func.attr in {"update", "setdefault", "__setitem__"}:
            self.uses.writes_globals |= _is_globals(node.func.value)
        if chain in {("getattr",), ("hasattr",)} and len(node.args) > 1 and isinstance(node.args[1], ast.Constant):
            self.uses.attributes.add(str(node.args[1].value))
        self.generic_visit(node)

    def visit_Expr(self, node: ast.Expr) -> None:
        call = node.value.value if isinstance(node.value, ast.Await) else node.value
        if isinstance(call, ast.Call):
            self._effect(call)

        if not isinstance(call, ast.Constant):
            self.uses.opaque = True
            self.visit(node.value)

    def visit_Await(self, node: ast.Await) -> None:
        self.uses.opaque = True
        self.generic_visit(node)

    visit_Yield = visit_YieldFrom = visit_Raise = visit_Assert = visit_Await  # type: ignore[assignment]

    def visit_If(self, node: ast.If) -> None:
        if is_type_checking(node.test) or is_script_guard(node.test):
            for statement in node.orelse:
                self.visit(statement)
            return

        if self._is_function:
            self._memo(node)
        self.generic_visit(node)

    # scopes

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        for decorator in node.decorator_list:
            self._decorator(decorator)

        self._arguments(node.args)
        self._optional(node.returns)
        self._found(node, node.name)

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_Lambda(self, node: ast.Lambda) -> None:
        self._arguments(node.args)
        self._found(node, "<lambda>")

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        for decorator in node.decorator_list:
            self._decorator(decorator)
        for base in (*node.bases, *(keyword.value for keyword in node.keywords)):
            self.visit(base)

        prefix, self._prefix = self._prefix, self._qualified(node.name)
        inside, self._is_function = self._is_function, False
        for statement in node.body:
            self.visit(statement)
        self._prefix, self._is_function = prefix, inside

    def _visit_comprehension(self, node: ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp) -> None:
        local = self._local
        self._local = local | bound_names(generator.target for generator in node.generators)
        self.generic_visit(node)
        self._local = local

    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = _visit_comprehension

    # imports

    def visit_Import(self, node: ast.Import) -> None:
        for alias in node.names:
            self.uses.imports.add(Import(alias.name, None, alias.asname or alias.name.partition(".")[0]))

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        module = absolute(node, self._package)
        for alias in node.names:
            self.uses.imports.add(Import(module, alias.name, alias.asname or alias.name))

    # parts

    def _read(self, chain: Chain) -> None:
        if chain[0] not in self._local:
            self.uses.reads.add(chain)

    def _touch(self, chain: Chain) -> None:
        if chain[0] not in self._local:
            self.uses.touches.add(chain)

    def _effect(self, call: ast.Call) -> None:
        target: ast.AST = call.func

        while isinstance(target, (ast.Attribute, ast.Subscript, ast.Call)):
            target = target.func if isinstance(target, ast.Call) else target.value
            if (chain := chain_of(target)) is not None:
                self._touch(chain)
                return

    def _decorator(self, node: ast.expr) -> None:
        called = node.func if isinstance(node, ast.Call) else node
        if isinstance(called, ast.Attribute) and (chain := chain_of(called.value)) is not None:
            self._touch(chain)

        if not isinstance(node, ast.Call):
            self.uses.calls.add(chain_of(node))
        self.visit(node)

    def _arguments(self, arguments: ast.arguments) -> None:
        every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg]
        for argument in every:
            self._optional(None if argument is None else argument.annotation)
        for default in (*arguments.defaults, *arguments.kw_defaults):
            self._optional(default)

    def _optional(self, node: ast.expr | None) -> None:
        if node is not None:
            self._annotation(node) if isinstance(node, ast.Constant) else self.visit(node)

    def _annotation(self, node: ast.Constant) -> None:
        # A string annotation is evaluated by whoever reads type hints at registration.
        if isinstance(node.value, str):
            try:
                self.visit(ast.parse(node.value, mode="eval").body)
            except (SyntaxError, ValueError):
                self.visit(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if not self._is_function:
            self._optional(node.annotation)
        if node.value is not None:
            self.visit(node.value)

        self.visit(node.target)

    def _found(self, node: Function, name: str) -> None:
        self.functions.append(Found(node, self._qualified(name), self._owner, self._local))

    def _qualified(self, name: str) -> str:
        if not self._prefix:
            return name

        return f"{self._prefix}.<locals>.{name}" if self._is_function else f"{self._prefix}.{name}"

    def _memo(self, node: ast.If) -> None:
        tested = {n.id for n in ast.walk(node.test) if isinstance(n, ast.Name)}
        self.uses.memos |= tested & self._globals & bound_names(node.body)


def _is_globals(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and chain_of(node.func) == ("globals",)


def is_type_checking(test: ast.expr) -> bool:
    chain = chain_of(test)
    return chain is not None and chain[-1] == "TYPE_CHECKING"


def is_script_guard(test: ast.expr) -> bool:
    """Is this `__name__ == "__main__"`? An imported module never runs what it guards."""
    match test:
        case ast.Compare(left=ast.Name(id="__name__"), ops=[ast.Eq()], comparators=[ast.Constant(value="__main__")]):
            return True
        case _:
            return False


def absolute(node: ast.ImportFrom, package: str) -> str:
    """The module an `import from` names; empty where it climbs beyond the top-level package."""
    if not node.level:
        return node.module or ""

    parts = package.split(".")
    base = parts[: len(parts) - node.level + 1]
    return ".".join([*base, node.module] if node.module else base)
