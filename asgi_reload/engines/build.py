"""Modules executed anew, aside from the living ones and in import order; and kept modules brought up to date between.

Touches the process, through a journal only. A module is compiled from the text that was judged, never from a cache.
"""

from __future__ import annotations

import asyncio
import builtins
import importlib
import importlib.util
import signal
import sys
import threading
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from importlib.abc import MetaPathFinder
from importlib.machinery import SourceFileLoader
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final

from .graph import Graph
from .journal import ABSENT
from .patch import redo

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from importlib.machinery import ModuleSpec
    from types import CodeType

    from .journal import Journal
    from .living import Living
    from .plan import Plan
    from .source import Source

SCRIPT: Final = "__main__"
SCRIPT_AGAIN: Final = "__mp_main__"  # what multiprocessing calls a script that is executed again, without its guard


class ImportTookTooLong(BaseException):
    """A module did not come back from its import. Not an Exception, so that user code does not swallow it."""


class _Loader(SourceFileLoader):
    def __init__(self, source: Source) -> None:
        super().__init__(source.module, source.file)
        self._source = source

    def get_code(self, fullname: str) -> CodeType:
        return self._source.code

    def exec_module(self, module: ModuleType) -> None:
        """Execute a module; a package has those of its modules that were imported already, and are kept."""
        for name, child in list(sys.modules.items()):
            if name.rpartition(".")[0] == self._source.module:
                setattr(module, name.rpartition(".")[2], child)
        super().exec_module(module)


class JudgedText(MetaPathFinder):
    """Finds the modules that are executed anew, and serves them from the text that was judged."""

    def __init__(self, sources: Mapping[str, Source]) -> None:
        self._sources = sources

    def find_spec(self, fullname: str, path: object = None, target: object = None) -> ModuleSpec | None:
        source = self._sources.get(fullname)
        if source is None:
            return None

        spec = importlib.util.spec_from_file_location(fullname, source.file, loader=_Loader(source))
        if spec is not None and not source.is_package:
            spec.submodule_search_locations = None
        return spec


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


def order(plan: Plan, finished: Sequence[str]) -> Iterator[list[str]]:
    """Groups of modules that have something to do, so that each comes after those it imports.

    `finished` is the order in which imports came to their end, as in `sys.modules`. Modules that import each other make
    one group; the one that ended last was the first to begin, and so it is again.
    """
    graph = plan.graph or Graph({})
    place = {module: index for index, module in enumerate(finished)}
    busy = {*plan.rebuild, *(at.module for at in plan.redo), *(name.module for name in plan.remove)}

    for component in _components(_imports(graph), list(reversed(finished))):
        group = sorted((m for m in component if m in busy), key=lambda m: place.get(m, 0), reverse=True)
        if group:
            yield group


def _imports(graph: Graph) -> dict[str, list[str]]:
    """For every module, those that it imports while it is executed, in the order of its text."""
    edges: dict[str, list[str]] = {}

    for module, source in graph.sources.items():
        targets: dict[str, None] = {}
        for statement in source.statements:
            for imported in statement.uses.imports:
                for candidate in (imported.module, f"{imported.module}.{imported.name}"):
                    if candidate in graph.sources and candidate != module:
                        targets[candidate] = None
            if graph.is_dynamic(statement.uses):
                targets.update(dict.fromkeys(graph.without_importer - {module}))
        edges[module] = list(targets)
    return edges


def _components(edges: Mapping[str, list[str]], roots: Iterable[str]) -> list[list[str]]:
    """Strongly connected components, dependencies first (Tarjan 1972, without recursion)."""
    number: dict[str, int] = {}
    low: dict[str, int] = {}
    path: list[str] = []
    found: list[list[str]] = []

    for root in roots:
        if root in number or root not in edges:
            continue
        work = [(root, iter(edges[root]))]
        number[root] = low[root] = len(number)
        path.append(root)
        while work:
            node, children = work[-1]
            child = next((c for c in children if c not in number or c in path), None)
            if child is None:
                work.pop()
                _close(node, number, low, path, found)
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
            elif child in number:
                low[node] = min(low[node], number[child])
            else:
                number[child] = low[child] = len(number)
                path.append(child)
                work.append((child, iter(edges[child])))
    return found


def _close(
    node: str, number: Mapping[str, int], low: Mapping[str, int], path: list[str], found: list[list[str]]
) -> None:
    if low[node] == number[node]:
        start = path.index(node)
        found.append(path[start:])
        del path[start:]


@contextmanager
def no_loop() -> Iterator[None]:
    """As if no event loop ran in this thread: many servers import the app before theirs does, and so do we."""
    loop = asyncio._get_running_loop()
    task = None if loop is None else asyncio.current_task()
    if loop is not None and task is not None:
        asyncio._leave_task(loop, task)

    asyncio._set_running_loop(None)
    try:
        yield
    finally:
        asyncio._set_running_loop(loop)
        if loop is not None and task is not None:
            asyncio._enter_task(loop, task)


@contextmanager
def bounded(seconds: float) -> Iterator[None]:
    """Interrupt what takes longer, a `time.sleep` too: in the main thread, and where nobody else uses SIGALRM."""
    is_free = threading.current_thread() is threading.main_thread() and hasattr(signal, "setitimer")
    if not is_free or signal.getsignal(signal.SIGALRM) is not signal.SIG_DFL:
        yield
        return

    def interrupt(_: int, __: object) -> None:
        raise ImportTookTooLong(f"the import took more than {seconds:.0f} s")

    signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
