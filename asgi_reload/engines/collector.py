"""One unit of code, through the scopes inside it: its uses, and the functions that it defines.

Pure. Looks into classes and comprehensions, which run with their unit, and at functions from outside only.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .effects import Effects
from .syntax import bound_names, chain_of

if TYPE_CHECKING:
    from .syntax import Function
    from .uses import Import


@dataclass(slots=True)
class Found:
    """A function met on the way: its node, its qualified name and what encloses it, for whoever looks inside."""

    node: Function
    qualname: str
    parent: str | None
    local: frozenset[str]
    imports: frozenset[Import] = frozenset()


class Collector(Effects):
    """Fills a `Uses` from nodes of one unit, and lists the functions it defines without looking into them."""

    def __init__(self, package: str, qualname: str = "", local: frozenset[str] = frozenset(), owner: str | None = None):
        super().__init__(package, local, is_function=owner is not None)
        self.functions: list[Found] = []
        self._prefix = qualname
        self._owner = owner

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

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if not self._is_function:
            self._optional(node.annotation)
        if node.value is not None:
            self.visit(node.value)

        self.visit(node.target)

    def take(self, enclosing: frozenset[Import]) -> None:
        """Of the imports that enclosing functions make, those that are used here are as good as its own."""
        used = {chain[0] for chain in (*self.uses.reads, *self.uses.calls) if chain is not None}
        self.uses.imports |= {imported for imported in enclosing if imported.bound in used}
        for found in self.functions:
            found.imports = enclosing | self.uses.imports

    # parts

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

    def _found(self, node: Function, name: str) -> None:
        self.functions.append(Found(node, self._qualified(name), self._owner, self._local))

    def _qualified(self, name: str) -> str:
        if not self._prefix:
            return name

        return f"{self._prefix}.<locals>.{name}" if self._is_function else f"{self._prefix}.{name}"
