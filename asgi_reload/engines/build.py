"""Modules executed anew, aside from the living ones and in import order; and kept modules brought up to date between.

Touches the process, through a journal only. A module is compiled from the text that was judged.
"""

from __future__ import annotations

import builtins
import importlib
import sys
from contextlib import nullcontext
from dataclasses import dataclass
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final

from .conditions import bounded, no_loop
from .journal import ABSENT
from .loader import JudgedText
from .order import order
from .redo import redo

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

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
    """

    loop_at_import: bool = False
    overlap: bool = True
    import_s: float = 20.0


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
            for group in order(plan, living.order):
                _build_group(journal, living, plan, sources, group)
    finally:
        sys.meta_path.remove(finder)

    for module in rebuilt:
        living.adopt(sources[module])


def _build_group(
    journal: Journal, living: Living, plan: Plan, sources: Mapping[str, Source], group: Sequence[str]
) -> None:
    for module in group:
        if module == SCRIPT and module in plan.rebuild:
            _execute_script(journal, sources[module])
        elif module in plan.rebuild:
            _execute(journal, module)

    for module in group:
        if module not in plan.rebuild:
            _bring_up_to_date(journal, living, plan, sources[module])


def _bring_up_to_date(journal: Journal, living: Living, plan: Plan, source: Source) -> None:
    module = sys.modules[source.module]
    for name in plan.remove:
        if name.module == source.module:
            journal.keep(vars(module))
            vars(module).pop(name.name, None)

    for at in plan.redo:
        if at.module == source.module:
            redo(journal, living, module, source, source.statements[at.place])


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
