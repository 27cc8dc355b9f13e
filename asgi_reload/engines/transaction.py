"""One plan carried out on the living process, in one step without waiting; undone as a whole if it does not hold."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from .build import build
from .caches import forget_generation
from .callbacks import Callbacks
from .classes import Classes
from .follow import follow
from .journal import Journal
from .memos import clear_memos
from .names import BodyAt
from .owners import OwnerFound as OwnerFound
from .owners import Owners
from .patch import patch_codes
from .redo import redo_members
from .registries import check_models, check_tasks, keep_tasks
from .tables import Tables
from .tracking import Recording, has_run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from types import ModuleType

    from .build import EngineOptions
    from .keeping import Keeper
    from .living import Living
    from .names import Name
    from .plan import Plan
    from .source import Source


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
        self._callbacks: Callbacks | None = None
        self._owners = Owners(plan)
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
        classes = Classes({m: sys.modules[m] for m in affected if m in sys.modules}, self._before.sources)
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

    def _execute(self, classes: Classes) -> None:
        plan, journal, living = self._plan, self._journal, self._living
        sources = {**living.sources, **self._new}
        journal.keep_order(sys.modules)
        check_models(self._old)
        tables = Tables(journal, self._before, self._old, {m: s for m, s in sources.items() if m not in plan.gone})
        self._callbacks = Callbacks(self._old, sources)
        self.disposers = self._keeper.take_disposers(self._old)
        self._keeper.declined -= set(self._old)
        self._recording.watch(c for at, codes in living.codes.items() if at not in living.ran for c in codes)
        self._recording.watch(sources[module].code for module in plan.rebuild)

        self._redo_members(sources)
        self._owners.watch()
        tables.clear()
        keep_tasks(journal)
        with self._recording.open():
            build(journal, living, plan, sources, self._options)
        for module in plan.gone:
            self._drop(module)
        if self._old:
            forget_generation(self._old, frozenset(living.sources))

        self._note_ran()
        self._callbacks.check()
        tables.settle()
        self._owners.check()
        check_tasks(self._old, {m: sys.modules[m] for m in sources if m in sys.modules})
        self._follow(classes)

    def _redo_members(self, sources: Mapping[str, Source]) -> None:
        for members in self._plan.members:
            source, module = sources[members.at.module], sys.modules[members.at.module]
            statement = source.statements[members.at.place]
            redo_members(self._journal, self._living, module, source, statement, members.redone, members.removed)

    def _drop(self, module: str) -> None:
        parent, _, child = module.rpartition(".")
        namespace = vars(sys.modules[parent]) if parent in sys.modules else {}
        # A package may call something else by the name of its module.
        if child in namespace and namespace[child] is self._old.get(module):
            self._journal.keep(namespace)
            del namespace[child]
        self._living.drop(module)

    def _note_ran(self) -> None:
        reached = self._owners.reached

        for at, codes in self._living.codes.items():
            is_new = at.module in self._plan.rebuild
            saw = [True if is_new and has_run(code) else self._recording.saw(code) for code in codes]
            if any(saw):
                self._living.ran.add(at)
            elif None in saw and at in reached and at not in self._living.ran:
                self._living.unknown.add(at)

    def possible_owners(self) -> frozenset[Name]:
        """All that the modules could have written into, for when executing them twice has failed."""
        return self._owners.possible

    def _follow(self, classes: Classes) -> None:
        living = self._living.sources
        kept = [sys.modules[m] for m in living if m in sys.modules and m not in self._plan.rebuild]
        follow(self._journal, classes.replaced(self._plan, living), kept)

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
            saw = [self._start_recording.saw(code) for code in codes]
            if at not in self._living.ran and any(saw):
                self._living.started.add(at)
            elif None in saw:
                self._living.warm.add(at)

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
        if self._callbacks is not None:
            self._callbacks.keep_new()
        self._living.graph = self._plan.graph
        return self._living

    def rollback(self) -> None:
        """Everything is as it was."""
        for name in set(sys.modules) - self._loaded:
            if self._is_own(name):
                del sys.modules[name]
        if self._callbacks is not None:
            self._callbacks.keep_old()
        self._journal.rollback()
        for module in self._old:
            self._keeper.take_disposers([module])
        self._keeper.put_back(self.disposers)
        self._keeper.declined.clear()
        self._keeper.declined.update(self._declined)
