"""What an edit makes dirty by itself, before any of it spreads: statements that differ, bodies, files, modules.

Pure. Tells the closure, and notes what can be done without executing anything: new code, methods redone, names removed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .names import EXISTS, MODULE, At, BodyAt, Name
from .repeatable import is_repeatable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .bodies import Body
    from .closure import Closure
    from .difference import Difference
    from .facts import Facts
    from .graph import Graph
    from .members import MemberEdits, Members
    from .source import Source
    from .statement import Statement


class Seeds:
    """Walks over the differences; afterwards its attributes say what was noted on the way."""

    def __init__(
        self,
        before: Graph,
        new: Mapping[str, Source | None],
        differences: Mapping[str, Difference],
        closure: Closure,
        edits: MemberEdits,
    ) -> None:
        self.patched: list[BodyAt] = []
        self.members: list[Members] = []
        self.remove: list[Name] = []
        self.constructors: list[tuple[str, str, frozenset[str]]] = []
        self.statements: list[tuple[str, Graph, Statement]] = []
        self.orphans: tuple[str, ...] = ()
        self._before = before
        self._graph = closure.graph
        self._new = new
        self._differences = differences
        self._closure = closure
        self._edits = edits

    def sow(self, facts: Facts) -> None:
        """Mark all that differs; `facts` say which texts are not what runs, and which other files changed."""
        for module, source in self._new.items():
            self._module(module, source, is_untold=module in facts.untold)
        for name in facts.owners:
            self._closure.mark_binding(name, f"{name} is written into by a module that is executed anew")

        self._files(facts.files)
        self._orphans()

    def _module(self, module: str, source: Source | None, *, is_untold: bool) -> None:
        if source is None:
            self._deleted(module)
        elif module not in self._before.sources:
            for special in (EXISTS, MODULE):
                self._closure.mark_name(Name(module, special), f"{module} is new")
        else:
            self._changed(module, self._differences[module], is_untold=is_untold)

    def _deleted(self, module: str) -> None:
        if module not in self._before.sources:
            return

        reason = f"{module} was deleted"
        self._closure.drop_module(module, reason)
        self._unlisted(module, reason)
        self.statements += [(module, self._before, statement) for statement in self._before.sources[module].statements]

    def _unlisted(self, gone: str, reason: str) -> None:
        # No text says that these found it, and the graph no longer holds what they could have found.
        for module, source in self._graph.sources.items():
            for statement in source.statements:
                if self._graph.may_find(statement.uses, gone):
                    self._closure.mark(At(module, statement.index), f"{module} finds modules at import: {reason}")
            for body in source.bodies():
                if self._graph.may_find(body.uses, gone):
                    title = f"{module}.{body.key.qualname}"
                    self._closure.taint(BodyAt(module, body.key), f"{title} ran, and finds modules: {reason}")

    def _changed(self, module: str, changes: Difference, *, is_untold: bool) -> None:
        if _futures(self._before.sources[module]) != _futures(self._graph.sources[module]):
            self._closure.mark_module(module, f"{module} imports something else from __future__")
        if is_untold:
            self._closure.mark_module(module, f"{module} does not run the text that was on disk")

        for statement in changes.removed:
            self._removed(module, statement)
        for before, after in changes.changed:
            self._replaced(module, before, after)
        for statement in changes.added:
            self._closure.mark(At(module, statement.index), f"{_title(module, statement)} is new")
            self.statements.append((module, self._graph, statement))
        for body, twin in changes.edited:
            self._body(module, body, twin)

    def _removed(self, module: str, statement: Statement) -> None:
        reason = f"{_title(module, statement)} was removed"
        self.statements.append((module, self._before, statement))

        if not is_repeatable(self._before, module, statement):
            self._closure.mark_module(module, reason)
        for bound in sorted(self._before.binds(module, statement)):
            name = Name(module, bound)
            self._closure.mark_name(name, reason)
            remaining = self._graph.binding(name)
            if not remaining:
                self.remove.append(name)
            for other in remaining:
                self._closure.mark(At(module, other.index), reason)

    def _replaced(self, module: str, before: Statement, after: Statement) -> None:
        reason = f"{_title(module, after)} changed"
        if (members := self._edits.members(module, before, after)) is not None:
            self.members.append(members)
            return

        self.statements += [(module, self._before, before), (module, self._graph, after)]
        if not is_repeatable(self._before, module, before):
            self._closure.mark_module(module, reason)
        self._closure.mark(At(module, after.index), reason)

    def _body(self, module: str, body: Body, twin: Body) -> None:
        if self._new[module] is None or BodyAt(module, twin.key) in self.patched:
            return

        self.patched.append(BodyAt(module, twin.key))
        if body.key.qualname.endswith("__init__") and (added := twin.attributes_set - body.attributes_set):
            self.constructors.append((module, body.key.qualname.rpartition(".")[0], added))

        self._closure.taint(BodyAt(module, twin.key), f"{module}.{body.key.qualname} ran, and changed")
        if body.signature != twin.signature or not _fits(body, twin):
            self._misfit(module, body, twin)

    def _misfit(self, module: str, body: Body, twin: Body) -> None:
        # The function that encloses it would make it differently; at the top of a module the statement does.
        if body.parent is None:
            if not any(members.at == At(module, twin.key.statement) for members in self.members):
                self._closure.mark(
                    At(module, twin.key.statement), f"{module}.{twin.key.qualname} closes over other names"
                )
            return

        for other in self._graph.sources[module].statements[twin.key.statement].bodies:
            if other.key.qualname == body.parent:
                self._closure.taint(
                    BodyAt(module, other.key), f"{module}.{body.parent} ran, and would make it otherwise"
                )

    def _files(self, names: frozenset[str]) -> None:
        if not names:
            return

        for module, source in self._graph.sources.items():
            for statement in source.statements:
                for file in statement.uses.files & names:
                    self._closure.mark(At(module, statement.index), f"{module} reads {file} at import")
            for body in source.bodies():
                for file in body.uses.files & names:
                    self._closure.taint(BodyAt(module, body.key), f"{module}.{body.key.qualname} read {file}")

    def _orphans(self) -> None:
        """Modules that nobody comes to import any more: a fresh process would not have them."""
        before, after = self._before, self._graph
        if all(
            m in after.sources and after.sources[m].imports >= source.imports for m, source in before.sources.items()
        ):
            return

        roots = before.sources.keys() - before.imported
        orphans = (before.reached(roots) - after.reached(roots)) & after.sources.keys()
        self.orphans = tuple(sorted(orphans))
        for module in self.orphans:
            self._closure.drop_module(module, f"{module} is imported by nobody any more")


def _futures(source: Source) -> frozenset[str | None]:
    return frozenset(i.name for s in source.statements for i in s.uses.imports if i.module == "__future__")


def _fits(body: Body, twin: Body) -> bool:
    """Can a living function made from the old code run the new one? Cells are positional, so names must agree."""
    if body.code is None or twin.code is None:
        return False

    return body.code.co_freevars == twin.code.co_freevars and body.signature == twin.signature


def _title(module: str, statement: Statement) -> str:
    names = sorted(statement.binds - {"*"})
    return f"{module}.{names[0]}" if names else f"line {statement.node.lineno} of {module}"
