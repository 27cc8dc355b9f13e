"""The app as it lives in a worker: loaded from its import string; with an engine for its edits, or without.

It knows what runs here and what was read. Who asks, and over what, is the worker's business.
"""

from __future__ import annotations

import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, cast

from .application import Application, Origin
from .changes import Batch, Change
from .engines.fingerprint import describe
from .engines.keeping import KEEPER
from .engines.living import PYTHON, file_of, modules_at, project_modules
from .engines.places import Places
from .inplace import made_engine
from .outcome import Refused, encode
from .project import saved_at
from .settings import Settings
from .target import load_target
from .workers.dialogue import Knows
from .workers.reads import Reads

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from starlette.types import ASGIApp

    from .changes import Kind
    from .engines.inprocess import InProcess
    from .workers.plan import WorkerPlan


class Residence(Protocol):
    """An app that is loaded."""

    app: ASGIApp

    def knows(self) -> Knows: ...
    def libraries(self) -> list[str]:
        """The modules that the project wanted and this process did not have: what a standby may import ahead."""

    async def prepare(self) -> Knows:
        """The app has started: get ready for the first save."""

    async def apply(self, changes: Iterable[Sequence[str]]) -> dict[str, Any]:
        """Make these changes live; an encoded outcome."""

    def refresh(self, changes: Iterable[Sequence[str]]) -> None: ...
    def describe(self) -> dict[str, Any]:
        """The fingerprint of the project."""


def residence_of(plan: WorkerPlan, wish: Callable[[], None]) -> Residence:
    """Import the app. Raises whatever the user's code raises, and `SettingError` for what cannot be served.

    wish: called when user code asks for a new worker.
    """
    KEEPER.on_wish = wish
    imports = Imports(plan.directories)

    if plan.mode == "hot":
        found, app = load_target(plan.target, factory=plan.factory)
        return Hot(plan, found, app, imports)

    reads = Reads(plan.directories)
    _, app = load_target(plan.target, factory=plan.factory)
    return Cold(plan, app, reads, imports)


class Imports:
    """What has been imported from now on. What was there before has to be no project's: nobody looks at it again.

    In a process that was forked, to look at a module is to copy its page: that of a thousand costs 20 ms.
    """

    def __init__(self, directories: Sequence[Path]) -> None:
        self.began = time.time()
        self._before = frozenset(sys.modules)
        self._places = Places(directories)

    def files(self) -> list[str]:
        """Where the project's modules come from."""
        return [str(file_of(module)) for module in modules_at(self._places, self._names()).values()]

    def libraries(self) -> list[str]:
        """The modules whose files lie elsewhere, in the order of their imports."""
        files = ((name, file_of(sys.modules.get(name))) for name in self._names())
        return [name for name, file in files if file is not None and not self._places.hold(file)]

    def _names(self) -> list[str]:
        return [name for name in list(sys.modules) if name not in self._before]


class Cold:
    """An app that lives until its code is edited."""

    def __init__(self, plan: WorkerPlan, app: ASGIApp, reads: Reads, imports: Imports) -> None:
        self.app = app
        self._plan = plan
        self._reads = reads
        self._imports = imports

    def knows(self) -> Knows:
        files = self._imports.files()
        return Knows(files, self._reads.names(), late_files(files, self._imports.began))

    def libraries(self) -> list[str]:
        return self._imports.libraries()

    async def prepare(self) -> Knows:
        self._reads.end()
        return self.knows()

    async def apply(self, changes: Iterable[Sequence[str]]) -> dict[str, Any]:
        return encode(Refused("this worker is replaced, not changed"))

    def refresh(self, changes: Iterable[Sequence[str]]) -> None:
        pass

    def describe(self) -> dict[str, Any]:
        return fingerprint(self._plan, self.app)


class Hot:
    """An app with an engine that makes its edits live in place."""

    def __init__(self, plan: WorkerPlan, found: object, app: ASGIApp, imports: Imports) -> None:
        self._plan = plan
        self._imports = imports
        settings = Settings(
            watch=plan.roots,
            factory=plan.factory,
            lifespan=plan.lifespan,
            drain=plan.drain,
            import_timeout=plan.import_timeout,
        )
        origin = Origin(found, Path(plan.directory), in_loop=True, at=imports.began)
        self._application = Application(_Doorway(app, settings), origin)
        self._engine: InProcess | None = made_engine(self._application, plan.project_path)
        self._is_prepared = False
        self.app: ASGIApp = self._application.served

    def knows(self) -> Knows:
        return Knows(self._files(), self._engine.names() if self._engine else [], is_all=self._is_prepared)

    def libraries(self) -> list[str]:
        return self._imports.libraries()

    async def prepare(self) -> Knows:
        doubts = list(await self._engine.prepare()) if self._engine else []
        self._is_prepared = True
        return replace(self.knows(), doubts=doubts)

    async def apply(self, changes: Iterable[Sequence[str]]) -> dict[str, Any]:
        if self._engine is None:
            return encode(Refused("the watched directories cannot be used as given"))

        return encode(await self._engine.apply(changes_of(changes)))

    def refresh(self, changes: Iterable[Sequence[str]]) -> None:
        if self._engine is not None:
            self._engine.refresh(Batch(changes_of(changes)))

    def describe(self) -> dict[str, Any]:
        return fingerprint(self._plan, self._application.served.app)

    def _files(self) -> list[str]:
        return list(dict.fromkeys(self._engine.files())) if self._engine else []


class _Doorway:
    """What stands where a middleware would."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app: ASGIApp = app
        self.settings = settings


def changes_of(pairs: Iterable[Sequence[str]]) -> tuple[Change, ...]:
    """Changes from pairs of path and kind."""
    return tuple(Change(Path(path), cast("Kind", kind)) for path, kind in pairs)


def fingerprint(plan: WorkerPlan, app: object) -> dict[str, Any]:
    """What the project has become in this process, as JSON can say it."""
    return describe(project_modules(plan.directories), app)


def late_files(files: Iterable[str], since: float) -> list[str]:
    """Those that have been written since then: nobody knows whether it was before they were executed, or after."""
    return [file for file in files if file.endswith(PYTHON) and saved_at(file) >= since]
