"""One plan carried out on the living process, in one step without waiting; undone as a whole if it does not hold."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Any

from .build import build
from .caches import forget_generation
from .digest import Digest, is_inert
from .follow import classes_in, follow
from .graph import ALL, BodyAt, Name
from .journal import Journal
from .patch import clear_memos, patch_codes, redo_members
from .tables import Tables
from .tracking import Recording, has_run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from types import ModuleType

    from .build import EngineOptions
    from .keeping import Keeper
    from .living import Living
    from .plan import Plan
    from .source import Source


class OwnerFound(Exception):
    """Executing modules anew wrote into something that was to be kept."""

    def __init__(self, names: frozenset[Name]) -> None:
        super().__init__(", ".join(map(str, sorted(names))))
        self.names = names


class Transaction:
    """Writes a plan; `commit` or `rollback` ends it."""

    def __init__(
        self,
        living: Living,
        plan: Plan,
        new: Mapping[str, Source | None],
        keeper: Keeper,
        options: EngineOptions,
        is_own: Callable[[str], bool],
    ) -> None:
        self._options = options
        self._is_own = is_own
        self._loaded = set(sys.modules)
        self._before = living
        self._living = living.copy()
        self._plan = plan
        self._new = {module: source for module, source in new.items() if source is not None}
        self._keeper = keeper
        self._journal = Journal()
        self._recording = Recording()
        self._start_recording = Recording()
        self._old: dict[str, ModuleType] = {}
        self._declined = set(keeper.declined)
        self.disposers: dict[str, list[Callable[[], Any]]] = {}

    def write(self) -> None:
        """Carry the plan out. Raises OwnerFound, CannotFollow, or whatever the user's code raises at import."""
        plan, journal, living = self._plan, self._journal, self._living
        affected = {*plan.rebuild, *plan.gone, *(at.module for at in plan.redo)}
        self._old = {m: sys.modules[m] for m in (*plan.rebuild, *plan.gone) if m in sys.modules}
        namespaces = {module: vars(sys.modules[module]) for module in affected if module in sys.modules}
        classes = {module: classes_in(namespace, module) for module, namespace in namespaces.items()}
        kept = {m: d for m, d in plan.differences.items() if m not in plan.rebuild}

        if plan.stale and any(b"cache" in source.text for source in living.sources.values()):
            clear_memos(journal, living, self._stale_before())
        patch_codes(journal, living, kept, self._new)
        for module, difference in kept.items():
            living.carry(self._new[module], difference.bodies)
        if plan.is_more_than_code:
            self._execute(classes)
        elif plan.constructors:
            self._follow(classes)

    def _stale_before(self) -> frozenset[BodyAt]:
        # Code that lives is known by the keys of the old text.
        stale = set(self._plan.stale)

        for module, difference in self._plan.differences.items():
            stale |= {BodyAt(module, a) for a, b in difference.bodies.items() if BodyAt(module, b) in self._plan.stale}
        return frozenset(stale)

    def _execute(self, classes: dict[str, dict[str, type]]) -> None:
        plan, journal, living = self._plan, self._journal, self._living
        sources = {**living.sources, **self._new}
        tables = Tables(journal, self._old, frozenset(sources))
        self.disposers = self._keeper.take_disposers(self._old)
        self._keeper.declined -= set(self._old)
        self._recording.watch(c for at, codes in living.codes.items() if at not in living.ran for c in codes)
        self._recording.watch(sources[module].code for module in plan.rebuild)

        self._redo_members(sources)
        values = {name: vars(sys.modules[name.module])[name.name] for name in self._used_of_kept[0]}
        digest = Digest(values.values())
        with self._recording.open():
            build(journal, living, plan, sources, self._options)
        for module in plan.gone:
            self._drop(module)
        if self._old:
            forget_generation(self._old, frozenset(living.sources))

        self._note_ran()
        tables.settle()
        self._check_owners(values, digest)
        self._follow(classes)

    def _redo_members(self, sources: Mapping[str, Source]) -> None:
        for members in self._plan.members:
            source, module = sources[members.at.module], sys.modules[members.at.module]
            statement = source.statements[members.at.place]
            redo_members(self._journal, self._living, module, source, statement, members.redone, members.removed)

    def _drop(self, module: str) -> None:
        parent, _, child = module.rpartition(".")
        if parent in sys.modules and child in vars(sys.modules[parent]):
            self._journal.keep(vars(sys.modules[parent]))
            vars(sys.modules[parent]).pop(child, None)
        self._living.drop(module)

    def _note_ran(self) -> None:
        reached = self._used_of_kept[1]

        for at, codes in self._living.codes.items():
            is_new = at.module in self._plan.rebuild
            saw = [True if is_new and has_run(code) else self._recording.saw(code) for code in codes]
            if any(saw):
                self._living.ran.add(at)
            elif None in saw and at in reached and at not in self._living.ran:
                self._living.unknown.add(at)

    # owners

    @cached_property
    def _used_of_kept(self) -> tuple[set[Name], set[BodyAt]]:
        """Bindings of kept modules that those to be executed use, directly or by what they call; and what that is."""
        graph = self._plan.graph
        if graph is None or not self._plan.rebuild:
            return set(), set()

        redone = {n for at in self._plan.redo for n in self._names_bound(at.module, at.place)}
        used: set[Name] = set()
        waiting = [(m, s.uses) for m in self._plan.rebuild for s in graph.sources[m].statements]
        seen: set[BodyAt] = set()
        while waiting:
            module, uses = waiting.pop()
            for name in graph.names(module, uses):
                if name in used or name.module in self._plan.rebuild or name.name == ALL:
                    continue
                used.add(name)
                for statement in graph.binding(name):
                    for body in statement.bodies:
                        at = BodyAt(name.module, body.key)
                        if at not in seen:
                            seen.add(at)
                            waiting.append((name.module, body.uses))

        return {name for name in used - redone if self._is_writable(name)}, seen

    def _names_bound(self, module: str, index: int) -> set[Name]:
        graph = self._plan.graph
        if graph is None:
            return set()

        return {Name(module, bound) for bound in graph.binds(module, graph.sources[module].statements[index])}

    def _is_writable(self, name: Name) -> bool:
        module = sys.modules.get(name.module)
        graph = self._plan.graph
        if module is None or name.name not in vars(module) or graph is None:
            return False

        statements = graph.binding(name)
        imported = any(i.bound == name.name for s in statements for i in s.uses.imports)
        return bool(statements) and not imported and not is_inert(vars(module)[name.name])

    def _check_owners(self, values: dict[Name, object], digest: Digest) -> None:
        changed = digest.changed()
        if changed:
            raise OwnerFound(frozenset(name for name, value in values.items() if digest.reaches(value, changed)))

    def possible_owners(self) -> frozenset[Name]:
        """All that the modules could have written into, for when executing them twice has failed."""
        return frozenset(self._used_of_kept[0])

    # classes

    def _follow(self, classes: dict[str, dict[str, type]]) -> None:
        replaced: dict[type, type] = {}
        required: dict[type, frozenset[str]] = {}

        for module, old in classes.items():
            new = classes_in(vars(sys.modules[module]), module) if module in sys.modules else {}
            for name, cls in old.items():
                if name in new and new[name] is not cls:
                    replaced[cls] = new[name]
                    required[cls] = self._attributes_added(module, name)
        for module, name, added in self._plan.constructors:
            owner = vars(sys.modules[module]).get(name)
            if isinstance(owner, type):
                replaced[owner], required[owner] = owner, added

        kept = [sys.modules[m] for m in self._living.sources if m in sys.modules and m not in self._plan.rebuild]
        follow(self._journal, replaced, kept, required)

    def _attributes_added(self, module: str, name: str) -> frozenset[str]:
        before, after = self._before.sources.get(module), self._living.sources.get(module)
        old, new = [
            {a for body in source.bodies() if body.key.qualname == f"{name}.__init__" for a in body.attributes_set}
            if source
            else set()
            for source in (before, after)
        ]
        return frozenset(new - old)

    # the end

    @contextmanager
    def recording_start(self) -> Iterator[None]:
        """Record what a start-up runs."""
        if self._plan.rung != "re-execute":
            yield
            return

        self._start_recording.watch(code for codes in self._living.codes.values() for code in codes)
        with self._start_recording.open():
            yield
        for at, codes in self._living.codes.items():
            if at not in self._living.ran and any(self._start_recording.saw(code) for code in codes):
                self._living.started.add(at)

    @property
    def has_replaced(self) -> bool:
        """Is there an old generation of any module?"""
        return bool(self._old)

    def retired(self) -> Callable[[], None]:
        """What to do when nothing of the old generation answers any more."""
        own, old = frozenset(self._living.sources), dict(self._old)

        def forget() -> None:
            forget_generation(old, own)
            old.clear()

        return forget

    def commit(self) -> Living:
        """The writes stay; what is known of the process from now on."""
        self._journal.forget()
        self._living.graph = self._plan.graph
        return self._living

    def rollback(self) -> None:
        """Everything is as it was."""
        for name in set(sys.modules) - self._loaded:
            if self._is_own(name):
                del sys.modules[name]
        self._journal.rollback()
        for module in self._old:
            self._keeper.take_disposers([module])
        self._keeper.put_back(self.disposers)
        self._keeper.declined.clear()
        self._keeper.declined.update(self._declined)
