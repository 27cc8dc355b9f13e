"""What is known of the project as it runs: seen when nobody waits, read when it is needed. Changes nothing."""

from __future__ import annotations

import math
import os
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

import anyio

from ..project import CODE
from .digest import InertNames
from .facts import Facts
from .graph import Graph
from .living import Glimpse, Living, project_modules
from .names import BodyAt
from .noticing import Noticing

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from .source import Source

MAX_IMPORTING_S: Final = 5.0
IMPORTING_STEP_S: Final = 0.005
READING_STEP_S: Final = 0.01


class Observer:
    """Watches what is imported under `roots`. `living` is what is known of it.

    since: seconds of the wall clock. What had been imported by then and has been saved later does not run its text.
    """

    def __init__(self, roots: Sequence[Path], since: float = math.inf) -> None:
        self.living = Living()
        self._roots = roots
        self._since = since
        self._late: set[str] = set()
        self._glimpses: list[Glimpse] = []
        self._seen: set[str] = set()
        self._noticing = Noticing(roots)
        self._names: frozenset[str] = frozenset()

    def look(self) -> None:
        """See what the project's modules are and what ran in them, when all is imported and nothing has started."""
        self._noticing.open()
        unseen = [name for name in list(sys.modules) if name not in self._seen and not _is_ours(name)]
        self._seen.update(unseen)
        if fresh := project_modules(self._roots, unseen):
            self._glimpses.append(glimpse := Glimpse.of(fresh, self._noticing.found))
            unnoticed = glimpse.files.keys() - self._noticing.found.keys()
            self._late |= {module for module in unnoticed if self._is_late(glimpse.files[module])}

    def look_again(self) -> None:
        """See what start-up ran: to be called when it is complete, before the first request."""
        for glimpse in self._glimpses:
            glimpse.again()

        self.look()

    def close(self) -> None:
        """Take back what was put into the interpreter's tables."""
        self._noticing.close()

    def forget(self, modules: Iterable[str]) -> None:
        """These modules are gone; who comes back under such a name is looked at again."""
        self._seen.difference_update(modules)

    def read(self) -> None:
        """Read and link all that was seen: what a first save would have to wait for."""
        self.take(())
        self.living.graph = graph = Graph(dict(self.living.sources))
        graph.warm_up()
        self.note_files()

    async def read_aside(self) -> list[str]:
        """The same in a thread, one of its own: one of anyio's would hold up servers that own their loop.

        The answer: the files that say something else than what runs.
        """
        found: list[str] = []
        thread = threading.Thread(target=lambda: found.extend(self._read_all()), name="asgi-reload-engine", daemon=True)
        thread.start()
        while thread.is_alive():  # noqa: ASYNC110
            await anyio.sleep(READING_STEP_S)
        return found

    def _read_all(self) -> list[str]:
        self.read()
        late = self._late & self.living.untold
        return [s.file for s in self.living.sources.values() if s.module in late or _says_other(s)]

    def _is_late(self, file: str) -> bool:
        try:
            return self._since < Path(file).stat().st_mtime <= time.time()
        except OSError:
            return False

    def take(self, changed: Iterable[Path]) -> None:
        """Know what was imported up to now. `changed`: what has been saved since we last looked."""
        known = list(self._glimpses)
        self.look()
        for glimpse in self._glimpses:
            self.living.take(glimpse)
            self.living.untold |= self._late & glimpse.files.keys()
            if not any(glimpse is other for other in known):
                # Imported since we last looked, and saved since: what it runs is not what the file says now.
                unnoticed = glimpse.files.keys() - self._noticing.found.keys()
                files = {Path(glimpse.files[module]).resolve(): module for module in unnoticed}
                self.living.untold.update(files[path] for path in changed if path in files)
        self._glimpses.clear()

    def files(self) -> list[str]:
        """Where the modules came from that have been seen until now."""
        seen = [source.file for source in self.living.sources.values()]
        noticed = [noticed.code.co_filename for noticed in self._noticing.found.values()]
        return [*seen, *noticed, *(file for glimpse in self._glimpses for file in glimpse.files.values())]

    def is_own(self, module: str) -> bool:
        """Is it one of the project's?"""
        return not _is_ours(module) and bool(project_modules(self._roots, [module]))

    def matters(self, path: Path) -> bool:
        """May a change of that file come to more than new pages? Code does, and what import or start-up has read."""
        return is_code(path) or path.name in self._names

    def names(self) -> list[str]:
        """The base names of files that import and start-up have read, or may have."""
        return sorted(self._names)

    def note_files(self) -> None:
        """Remember the base names that a statement names, or a function that ran at import or start-up."""
        living = self.living
        ran = living.ran | living.started | living.unknown
        sources = living.sources.values()
        statements = [s.uses.files for source in sources for s in source.statements]
        bodies = [b.uses.files for source in sources for b in source.bodies() if BodyAt(source.module, b.key) in ran]
        self._names = frozenset().union(*statements, *bodies)

    def facts(self) -> Facts:
        """What is known of it, for a plan."""
        living = self.living
        return Facts(
            ran=frozenset(living.ran),
            started=frozenset(living.started),
            unknown=frozenset(living.unknown),
            warm=frozenset(living.warm),
            inert=InertNames(),
            untold=frozenset(living.untold),
            told={module: variable for variable, module in os.environ.items() if module in living.sources},
        )

    async def imports_ended(self) -> None:
        """Wait, ≤ 5 s, until no other thread is in the middle of importing a module of the project."""
        with anyio.move_on_after(MAX_IMPORTING_S):
            # The import system has locks and no events; nobody but it knows when an import has ended.
            while any(_is_being_imported(sys.modules.get(name)) for name in self.living.sources):  # noqa: ASYNC110
                await anyio.sleep(IMPORTING_STEP_S)


def is_code(path: Path) -> bool:
    """Does the interpreter run it?"""
    return path.suffix in CODE


def _says_other(source: Source) -> bool:
    try:
        return Path(source.file).read_bytes() != source.text
    except OSError:
        return False  # gone, or away for a moment: the watcher tells


def _is_ours(module: str) -> bool:
    return module.partition(".")[0] == __name__.partition(".")[0]


def _is_being_imported(module: object) -> bool:
    return bool(getattr(getattr(module, "__spec__", None), "_initializing", False))
