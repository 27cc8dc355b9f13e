"""What a save comes to: which bodies are patched, which statements redone, which modules executed anew, and why.

Pure, and the heart of the engine: sources and what ran go in, a plan with a reason for every dirty statement comes out.
The rule behind it: what equalled a fresh process before the save must equal one after it. So whatever import or
start-up made from something that changed is made again; whatever they did not touch stays as it is.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeAlias

from .closure import Closure
from .difference import difference
from .graph import EXISTS, MODULE, At, BodyAt, Graph, Name

if TYPE_CHECKING:
    from collections.abc import Container, Mapping

    from .difference import Difference
    from .source import Body, Source, Statement

Rung: TypeAlias = Literal["nothing", "patch", "re-execute", "refused"]


@dataclass(frozen=True, slots=True)
class Facts:
    """What the text does not tell.

    ran, started: bodies that ran at import, and at start-up; unknown: it cannot be told whether they did.
    owners: bindings that a build was seen to write into. inert: bindings whose value nobody can write into.
    declined: modules whose authors want a restart. untold: modules whose text is not what runs.
    files: base names of other files that changed. entry: the factory that the server calls.
    """

    ran: frozenset[BodyAt] = frozenset()
    started: frozenset[BodyAt] = frozenset()
    unknown: frozenset[BodyAt] = frozenset()
    owners: frozenset[Name] = frozenset()
    inert: Container[Name] = frozenset()
    declined: frozenset[str] = frozenset()
    untold: frozenset[str] = frozenset()
    files: frozenset[str] = frozenset()
    entry: Name | None = None


@dataclass(frozen=True, slots=True)
class Members:
    """Plain methods of a living class that are redone, and those that went."""

    at: At
    redone: tuple[str, ...]
    removed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """What to do, in parts that are empty where there is nothing to do.

    patched: bodies that get new code. redo: statements that are executed alone in their living module. remove: names
    that go. rebuild: modules executed anew. gone: modules that go. lifespan: start-up has to be repeated. entry: the
    app's factory has to be called again. stale: bodies whose remembered results are no longer right. constructors:
    classes whose instances must have further attributes. reasons: why each statement is dirty; causes: each module.
    """

    patched: tuple[BodyAt, ...] = ()
    redo: tuple[At, ...] = ()
    members: tuple[Members, ...] = ()
    remove: tuple[Name, ...] = ()
    rebuild: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    lifespan: str | None = None
    entry: str | None = None
    stale: frozenset[BodyAt] = frozenset()
    constructors: tuple[tuple[str, str, frozenset[str]], ...] = ()
    refused: str | None = None
    reasons: Mapping[At, str] = field(default_factory=dict)
    causes: Mapping[str, str] = field(default_factory=dict)
    differences: Mapping[str, Difference] = field(default_factory=dict, repr=False)
    graph: Graph | None = field(default=None, repr=False, compare=False)

    @property
    def rung(self) -> Rung:
        """The name of what the plan contains."""
        if self.refused is not None:
            return "refused"
        if self.rebuild or self.lifespan is not None or self.entry is not None:
            return "re-execute"

        return "patch" if self.patched or self.redo or self.members or self.remove or self.gone else "nothing"

    @property
    def is_more_than_code(self) -> bool:
        """Is there anything to execute, besides giving functions new code?"""
        return bool(self.redo or self.members or self.remove or self.rebuild or self.gone)

    @property
    def reason(self) -> str:
        """Why it is this rung and no lower one, in a line."""
        if self.refused is not None:
            return self.refused

        return next(iter(self.causes.values()), self.lifespan or self.entry or next(iter(self.reasons.values()), ""))


def plan(
    old: Mapping[str, Source], new: Mapping[str, Source | None], facts: Facts | None = None, known: Graph | None = None
) -> Plan:
    """Decide what makes `old` equal to a fresh process over the texts of `new`.

    `new` holds the modules that changed, None for one that was deleted; a module that `old` does not have is a file
    that was added, or was never imported. `known` is the graph of an earlier plan, to save work. Raises nothing: what
    cannot be done in place is a plan with `refused`.
    """
    facts = facts or Facts()
    after = {**old, **{name: source for name, source in new.items() if source is not None}}
    for name, source in new.items():
        if source is None:
            after.pop(name, None)

    differences = {n: difference(old[n], s) for n, s in new.items() if s is not None and n in old}
    before = known if known is not None and known.sources == old else Graph(old, known)
    return _Planner(before, after, new, differences, facts).plan()


class _Planner:
    def __init__(
        self,
        before: Graph,
        after: Mapping[str, Source],
        new: Mapping[str, Source | None],
        differences: Mapping[str, Difference],
        facts: Facts,
    ) -> None:
        self.old = before.sources
        self.new = new
        self.facts = facts
        self.differences = differences
        self.before = before
        self.graph = Graph(after, before)
        self.closure = Closure(self.before, self.graph, differences, facts)
        self.patched: list[BodyAt] = []
        self.members: list[Members] = []
        self.remove: list[Name] = []
        self.constructors: list[tuple[str, str, frozenset[str]]] = []
        self.seeds: list[tuple[str, Graph, Statement]] = []
        self.orphans: tuple[str, ...] = ()

    def plan(self) -> Plan:
        for module, source in self.new.items():
            self._seed_module(module, source)
        for name in self.facts.owners:
            self.closure.mark_binding(name, f"{name} is written into by a module that is executed anew")

        self._seed_files()
        self._seed_orphans()
        self.closure.close()
        return self._assembled()

    # seeds

    def _seed_module(self, module: str, source: Source | None) -> None:
        if source is None:
            self._seed_deleted(module)
        elif module not in self.old:
            for special in (EXISTS, MODULE):
                self.closure.mark_name(Name(module, special), f"{module} is new")
        else:
            self._seed_changed(module, self.differences[module])

    def _seed_deleted(self, module: str) -> None:
        if module not in self.old:
            return

        reason = f"{module} was deleted"
        self.closure.drop_module(module, reason)
        self.seeds += [(module, self.before, statement) for statement in self.old[module].statements]

    def _seed_changed(self, module: str, changes: Difference) -> None:
        if _futures(self.old[module]) != _futures(self.graph.sources[module]):
            self.closure.mark_module(module, f"{module} imports something else from __future__")
        if module in self.facts.untold:
            self.closure.mark_module(module, f"{module} does not run the text that was on disk")

        for statement in changes.removed:
            self._seed_removed(module, statement)
        for before, after in changes.changed:
            self._seed_replaced(module, before, after)
        for statement in changes.added:
            self.closure.mark(At(module, statement.index), f"{_title(module, statement)} is new")
            self.seeds.append((module, self.graph, statement))
        for body, twin in changes.edited:
            self._seed_body(module, body, twin)

    def _seed_removed(self, module: str, statement: Statement) -> None:
        reason = f"{_title(module, statement)} was removed"
        self.seeds.append((module, self.before, statement))

        if not self.closure.is_repeatable(self.before, module, statement):
            self.closure.mark_module(module, reason)
        for bound in sorted(self.before.binds(module, statement)):
            name = Name(module, bound)
            self.closure.mark_name(name, reason)
            remaining = self.graph.binding(name)
            if not remaining:
                self.remove.append(name)
            for other in remaining:
                self.closure.mark(At(module, other.index), reason)

    def _seed_replaced(self, module: str, before: Statement, after: Statement) -> None:
        reason = f"{_title(module, after)} changed"
        if (members := self._members(module, before, after)) is not None:
            self.members.append(members)
            return

        self.seeds += [(module, self.before, before), (module, self.graph, after)]
        if not self.closure.is_repeatable(self.before, module, before):
            self.closure.mark_module(module, reason)
        self.closure.mark(At(module, after.index), reason)

    def _members(self, module: str, before: Statement, after: Statement) -> Members | None:
        if not before.header or before.header != after.header or getattr(after.node, "decorator_list", None):
            return None
        if not self.closure.is_pure_class(self.graph, module, after):
            return None

        ours, theirs = [m for m in before.members if m.plain], [m for m in after.members if m.plain]
        fixed = (
            [m.skeleton for m in before.members if not m.plain],
            [m.skeleton for m in after.members if not m.plain],
        )
        names = [m.name for m in theirs if m.name]
        if fixed[0] != fixed[1] or len(set(names)) != len(names):
            return None

        known = {(m.name, m.skeleton) for m in ours}
        redone = tuple(m.name for m in theirs if m.name and (m.name, m.skeleton) not in known)
        removed = tuple(sorted({m.name for m in ours if m.name} - set(names)))
        if self.closure.used_attributes & {*redone, *removed}:
            return None
        return Members(At(module, after.index), redone, removed)

    def _seed_body(self, module: str, body: Body, twin: Body) -> None:
        if self.new[module] is None or BodyAt(module, twin.key) in self.patched:
            return

        self.patched.append(BodyAt(module, twin.key))
        if body.key.qualname.endswith("__init__") and (added := twin.attributes_set - body.attributes_set):
            self.constructors.append((module, body.key.qualname.rpartition(".")[0], added))

        self.closure.taint(BodyAt(module, twin.key), f"{module}.{body.key.qualname} ran, and changed")
        if body.signature != twin.signature or not _fits(body, twin):
            self._seed_misfit(module, body, twin)

    def _seed_misfit(self, module: str, body: Body, twin: Body) -> None:
        # The function that encloses it would make it differently; at the top of a module the statement does.
        if body.parent is None:
            if not any(members.at == At(module, twin.key.statement) for members in self.members):
                self.closure.mark(
                    At(module, twin.key.statement), f"{module}.{twin.key.qualname} closes over other names"
                )
            return

        for other in self.graph.sources[module].statements[twin.key.statement].bodies:
            if other.key.qualname == body.parent:
                self.closure.taint(
                    BodyAt(module, other.key), f"{module}.{body.parent} ran, and would make it otherwise"
                )

    def _seed_files(self) -> None:
        if not self.facts.files:
            return

        for module, source in self.graph.sources.items():
            for statement in source.statements:
                for file in statement.uses.files & self.facts.files:
                    self.closure.mark(At(module, statement.index), f"{module} reads {file} at import")
            for body in source.bodies():
                for file in body.uses.files & self.facts.files:
                    self.closure.taint(BodyAt(module, body.key), f"{module}.{body.key.qualname} read {file}")

    def _seed_orphans(self) -> None:
        """Modules that were imported by some text, and are by none any more: a fresh process would not have them."""
        edges = [s.uses.imports for d in self.differences.values() for s in d.removed]
        edges += [before.uses.imports for d in self.differences.values() for before, _ in d.changed]
        if any(edges):
            self.orphans = tuple(sorted((self.before.imported - self.graph.imported) & set(self.graph.sources)))
        for module in self.orphans:
            self.closure.drop_module(module, f"{module} is imported by nobody any more")

    # the plan

    def _assembled(self) -> Plan:
        closure = self.closure
        kept = [at for at in closure.dirty if at.module not in closure.rebuild and at.module in self.graph.sources]
        refused = self._refusal()
        loaded = [m for m in closure.rebuild if m in self.old]
        return Plan(
            patched=tuple(b for b in self.patched if b.module not in closure.rebuild),
            redo=tuple(sorted(at for at in kept if at.module in self.old)),
            members=tuple(m for m in self.members if m.at.module not in closure.rebuild and m.at not in closure.dirty),
            remove=tuple(n for n in (*self.remove, *sorted(closure.unbound)) if n.module not in closure.rebuild),
            rebuild=tuple(loaded),
            gone=tuple(m for m, source in self.new.items() if source is None and m in self.old) + self.orphans,
            lifespan=closure.lifespan,
            entry=None if self.facts.entry is None else closure.reason_for(self.facts.entry),
            stale=closure.stale(),
            constructors=tuple(c for c in self.constructors if c[0] not in closure.rebuild),
            refused=refused,
            reasons={at: closure.dirty[at] for at in kept},
            causes=dict(closure.rebuild),
            differences=self.differences,
            graph=self.graph,
        )

    def _refusal(self) -> str | None:
        touched = {*self.closure.rebuild, *(b.module for b in self.patched), *(at.module for at in self.closure.dirty)}
        for module in sorted(touched & self.facts.declined):
            return f"{module} declines to be changed in place (hot.decline)"

        for module, graph, statement in self.seeds:
            for chain in (*statement.uses.stores, *statement.uses.touches):
                home = graph.home(module, chain)
                is_store = chain in statement.uses.stores
                if isinstance(home, str) and (home == "os.environ" or is_store) and not graph.is_ours(home):
                    return f"{module} writes into {home}, which others may have read"
        return None


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
