"""A syntax tree read for what it does to names: those it reads, calls, writes into, rebinds and imports.

Pure. Knows the names that are local to its unit; all others are globals. Scopes inside it are the collector's business.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Final

from .syntax import absolute, bound_names, chain_of, is_script_guard, is_type_checking
from .uses import Import, Uses

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .syntax import Chain

FRESH: Final = (ast.Call, ast.Constant, ast.JoinedStr, ast.BinOp, ast.Attribute, ast.List, ast.Tuple, ast.Dict, ast.Set)
MAX_FILE_NAME: Final = 200
SHOWN: Final = frozenset(
    {
        *("avif", "bmp", "css", "gif", "htm", "html", "ico", "j2", "jinja", "jinja2", "jpeg", "jpg", "js", "mjs"),
        *("otf", "png", "svg", "ttf", "wasm", "webp", "woff", "woff2"),
    }
)
"""What is written for browsers: code that names such a file mostly writes a URL."""
READERS: Final = ("open", "read", "load", "parse", "get_template")
"""How the names of calls begin that read the file they are given."""


class Effects(ast.NodeVisitor):
    """Fills a `Uses` from nodes of one unit."""

    def __init__(self, package: str, local: frozenset[str], *, is_function: bool) -> None:
        self.uses = Uses()
        self._package = package
        self._local = local
        self._globals: set[str] = set()
        self._is_function = is_function
        self._reading = 0

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
        text = node.value
        if not isinstance(text, str) or "." not in text or len(text) > MAX_FILE_NAME or text[0] == "/":
            return

        name = text.replace("\\", "/").rpartition("/")[2]
        if self._reading or name.rpartition(".")[2].lower() not in SHOWN:
            self.uses.files.add(name)

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

        self.uses.mentions.update(_mentioned(node))
        reads = _is_reader(node.func)
        self._reading += reads
        self.generic_visit(node)
        self._reading -= reads

    def visit_Expr(self, node: ast.Expr) -> None:
        call = node.value.value if isinstance(node.value, ast.Await) else node.value
        if isinstance(call, ast.Call):
            self._effect(call)

        if not isinstance(call, ast.Constant):
            self.uses.opaque = True
            self.visit(node.value)

    def visit_Await(self, node: ast.Await) -> None:
        if isinstance(node.value, ast.Call) and isinstance(node.value.func, ast.Attribute):
            self._await(node.value.func.value)
        self._opaque(node)

    def visit_AsyncWith(self, node: ast.AsyncWith) -> None:
        for item in node.items:
            self._await(item.context_expr)
        self.generic_visit(node)

    def _opaque(self, node: ast.AST) -> None:
        self.uses.opaque = True
        self.generic_visit(node)

    visit_Yield = visit_YieldFrom = visit_Raise = visit_Assert = _opaque

    def _await(self, node: ast.expr) -> None:
        if (chain := chain_of(node)) is not None and chain[0] not in self._local:
            self.uses.awaits.add(chain)

    def visit_If(self, node: ast.If) -> None:
        if is_type_checking(node.test) or is_script_guard(node.test):
            for statement in node.orelse:
                self.visit(statement)
            return

        if self._is_function:
            self._memo(node)
        self.generic_visit(node)

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

    def _memo(self, node: ast.If) -> None:
        tested = {n.id for n in ast.walk(node.test) if isinstance(n, ast.Name)}
        self.uses.memos |= tested & self._globals & bound_names(node.body)


def _is_reader(function: ast.expr) -> bool:
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    return isinstance(name, str) and name.startswith(READERS)


def _mentioned(call: ast.Call) -> Iterator[str]:
    """The arguments that are text and could name a module, or what is in it: `main:app`, `config.Development`.

    Not those by keyword: these are settings, for whoever looks them up later.
    """
    for argument in call.args:
        if isinstance(argument, ast.Constant) and isinstance(text := argument.value, str) and len(text) < MAX_FILE_NAME:
            name = text.replace(":", ".")
            if all(part.isidentifier() for part in name.split(".")):
                yield name


def _is_globals(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and chain_of(node.func) == ("globals",)
