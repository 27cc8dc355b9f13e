"""What a save comes to: which bodies are patched, which statements redone, which modules executed anew, and why.

Pure, and the heart of the engine: sources and what ran go in, a plan with a reason for every dirty statement comes out.
The rule behind it: what equalled a fresh process before the save must equal one after it. So whatever import or
start-up made from something that changed is made again; whatever they did not touch stays as it is.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from .closure import Closure
from .difference import difference
from .facts import Facts
from .graph import Graph
from .members import MemberEdits
from .seeds import Seeds
from .writers import shared_by_starts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..outcome import Rung
    from .difference import Difference
    from .members import Members
    from .names import At, BodyAt, Name
    from .source import Source


@dataclass(frozen=True, slots=True)
class Plan:
    """What to do, in parts that are empty where there is nothing to do.

    patched: bodies that get new code. redo: statements that are executed alone in their living module. remove: names
    that go. rebuild: modules executed anew. gone: modules that go. lifespan: start-up has to be repeated. entry: the
    app's factory has to be called again. shared: what two lifespans at once would take from each other. stale: bodies
    whose remembered results are no longer right. constructors: classes whose instances must have further attributes.
    reasons: why each statement is dirty; causes: each module.
    """

    patched: tuple[BodyAt, ...] = ()
    redo: tuple[At, ...] = ()
    members: tuple[Members, ...] = ()
    remove: tuple[Name, ...] = ()
    rebuild: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    lifespan: str | None = None
    entry: str | None = None
    shared: Name | None = None
    stale: frozenset[BodyAt] = frozenset()
    constructors: tuple[tuple[str, str, frozenset[str]], ...] = ()
    refused: str | None = None
    reasons: Mapping[At, str] = field(default_factory=dict)
    causes: Mapping[str, str] = field(default_factory=dict)
    differences: Mapping[str, Difference] = field(default_factory=dict, repr=False)
    graph: Graph | None = field(default=None, repr=False, compare=False)

    @property
    def rung(self) -> Rung | Literal["refused"]:
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

    @property
    def why(self) -> str:
        """The reason; a plan that only gives functions new code has none but these."""
        names = [f"{body.module}.{body.key.qualname}" for body in self.patched]
        more = f" and {len(names) - 1} more" if len(names) > 1 else ""
        return self.reason or (f"{names[0]}{more} changed" if names else "")


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
    graph = Graph(after, before)
    now = facts.carried(differences)
    closure = Closure(before, facts, graph, now)
    seeds = Seeds(before, new, differences, closure, MemberEdits(before, facts, graph, now))
    seeds.sow(facts)
    closure.close()

    gone = tuple(module for module, source in new.items() if source is None and module in old) + seeds.orphans
    done = {*closure.rebuild, *gone}
    kept = [at for at in closure.dirty if at.module not in done]
    return Plan(
        patched=tuple(b for b in seeds.patched if b.module not in done),
        redo=tuple(sorted(at for at in kept if at.module in old)),
        members=tuple(m for m in seeds.members if m.at.module not in done and m.at not in closure.dirty),
        remove=tuple(n for n in (*seeds.remove, *sorted(closure.unbound)) if n.module not in done),
        rebuild=tuple(module for module in closure.rebuild if module in old and module not in gone),
        gone=gone,
        lifespan=closure.lifespan,
        entry=None if facts.entry is None else closure.reason_for(facts.entry),
        shared=shared_by_starts(graph, now, closure.rebuild) if closure.rebuild or facts.entry else None,
        stale=closure.stale,
        constructors=tuple(c for c in seeds.constructors if c[0] not in done),
        refused=_refused(closure, seeds, facts),
        reasons={at: closure.dirty[at] for at in kept},
        causes={module: reason for module, reason in closure.rebuild.items() if module not in gone},
        differences=differences,
        graph=graph,
    )


def _refused(closure: Closure, seeds: Seeds, facts: Facts) -> str | None:
    told = _told_elsewhere(closure, facts.told)
    return _declined(closure, seeds, facts.declined) or told or _written_elsewhere(seeds)


def _declined(closure: Closure, seeds: Seeds, declined: frozenset[str]) -> str | None:
    touched = {*closure.rebuild, *(b.module for b in seeds.patched), *(at.module for at in closure.dirty)}
    module = min(touched & declined, default=None)
    return None if module is None else f"{module} declines to be changed in place (hot.decline)"


def _told_elsewhere(closure: Closure, told: Mapping[str, str]) -> str | None:
    for name in closure.names:
        if (variable := told.get(name.module)) is not None:
            return f"{name} changed, and whoever read it through {variable} keeps what it found"
    return None


def _written_elsewhere(seeds: Seeds) -> str | None:
    for module, graph, statement in seeds.statements:
        for chain in (*statement.uses.stores, *statement.uses.touches):
            home = graph.home(module, chain)
            is_store = chain in statement.uses.stores
            if isinstance(home, str) and (home == "os.environ" or is_store) and not graph.is_ours(home):
                return f"{module} writes into {home}, which others may have read"
    return None
