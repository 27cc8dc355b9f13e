"""Modules executed anew, aside from the living ones and in import order; and kept modules brought up to date between.

Touches the process, through a journal only. A module is compiled from the text that was judged.
"""

from __future__ import annotations

import builtins
import importlib
import math
import sys
from contextlib import nullcontext
from dataclasses import dataclass
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final

from .conditions import bounded, no_loop
from .graph import Graph
from .journal import ABSENT
from .loader import JudgedText
from .order import imports, order
from .redo import forget_annotations, redo

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .journal import Journal
    from .living import Living
    from .plan import Plan
    from .source import Source

SCRIPT: Final = "__main__"
SCRIPT_AGAIN: Final = "__mp_main__"  # what multiprocessing calls a script that is executed again, without its guard


@dataclass(frozen=True, slots=True)
class EngineOptions:
    """How modules are executed anew, and the app started.

    loop_at_import: an event loop ran already when the app was imported, so it does again.
    overlap: the new app starts before the old one stops. import_s: seconds that imports may take, all together.
    since: seconds of the wall clock. What had been imported by then and has been saved later does not run its text.
    """

    loop_at_import: bool = False
    overlap: bool = True
    import_s: float = 20.0
    since: float = math.inf


def build(journal: Journal, living: Living, plan: Plan, sources: Mapping[str, Source], options: EngineOptions) -> None:
    """Execute modules anew and redo statements, dependencies first. Raises whatever the user's code raises."""
    rebuilt = [module for module in living.order if module in plan.rebuild]
    for module in (*rebuilt, *plan.gone):
        _take_out(journal, module)

    finder = JudgedText({module: sources[module] for module in rebuilt})
    journal.keep_list(sys.meta_path)
    sys.meta_path.insert(0, finder)
    importlib.invalidate_caches()
    try:
        with bounded(options.import_s), nullcontext() if options.loop_at_import else no_loop():
            _Builder(journal, living, plan, sources).build()
    finally:
        sys.meta_path.remove(finder)

    for module in rebuilt:
        living.adopt(sources[module])


class _Builder:
    """Goes through the project as its imports would: a module begins where another one's text imports it."""

    def __init__(self, journal: Journal, living: Living, plan: Plan, sources: Mapping[str, Source]) -> None:
        self._journal = journal
        self._living = living
        self._plan = plan
        self._sources = sources
        self._graph = plan.graph or Graph({})
        self._place = {module: index for index, module in enumerate(living.order)}
        self._begun: set[str] = set()

    def build(self) -> None:
        for group in order(self._plan, self._living.order):
            for module in group:
                self._begin(module, frozenset(group))

    def _begin(self, module: str, group: frozenset[str]) -> None:
        if module in self._begun or module not in group:
            return

        self._begun.add(module)
        if module not in self._plan.rebuild:
            self._bring_up_to_date(module, group)
            return

        # What is executed anew imports the others by itself, but for those that are kept.
        for statement in self._sources[module].statements:
            for imported in imports(self._graph, module, statement, self._place):
                if imported not in self._plan.rebuild:
                    self._begin(imported, group)
        if module == SCRIPT:
            _execute_script(self._journal, self._sources[module])
        else:
            _execute(self._journal, module)

    def _bring_up_to_date(self, name: str, group: frozenset[str]) -> None:
        module, source = sys.modules.get(name), self._sources[name]
        places = {at.place for at in self._plan.redo if at.module == name}
        gone = [at.name for at in self._plan.remove if at.module == name]
        if module is not None and gone:
            self._journal.keep(vars(module))
            for bound in gone:
                vars(module).pop(bound, None)
            forget_annotations(self._journal, module, gone)

        for statement in source.statements:
            for imported in imports(self._graph, name, statement, self._place):
                self._begin(imported, group)
            if module is not None and statement.index in places:
                redo(self._journal, self._living, module, source, statement)


def _take_out(journal: Journal, module: str) -> None:
    journal.set_item(sys.modules, module, ABSENT)


def _execute_script(journal: Journal, source: Source) -> None:
    again = ModuleType(SCRIPT_AGAIN)
    vars(again).update(__file__=source.file, __builtins__=builtins)
    for name in (SCRIPT, SCRIPT_AGAIN):
        journal.set_item(sys.modules, name, again)
    exec(source.code, vars(again))


def _execute(journal: Journal, module: str) -> None:
    parent_name, _, child = module.rpartition(".")
    parent = sys.modules.get(parent_name)
    bound: Any = ABSENT

    if parent is not None:
        journal.keep(vars(parent))
        bound = vars(parent).get(child, ABSENT)
    importlib.import_module(module)

    # A package may call something else by the name of its module: the import must not take that away.
    if (
        parent is not None
        and not _is_module(bound, module)
        and bound is not ABSENT
        and sys.modules.get(parent_name) is parent
    ):
        setattr(parent, child, bound)


def _is_module(value: object, name: str) -> bool:
    return isinstance(value, type(sys)) and value.__name__ == name
