"""The app in this process, and the engine that makes its edits live here. Put together when a server first calls."""

from __future__ import annotations

import sys
from functools import cached_property
from multiprocessing import parent_process
from os import environ
from pathlib import Path
from typing import TYPE_CHECKING

from anyio.lowlevel import current_token

from .engines.build import EngineOptions
from .engines.inprocess import InProcess
from .engines.keeping import KEEPER
from .engines.neighbours import Neighbours
from .engines.observer import Observer
from .environment import restarter
from .errors import SettingError
from .project import is_loaded, project_directory
from .watching.selection import Selection

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.types import ASGIApp, Scope

    from .application import Application
    from .engines.keeping import Keeper
    from .settings import Settings
    from .timeline import Timeline
    from .watch import Watch


class InPlace:
    """The home of an app that is served by the process it is watched from."""

    def __init__(self, application: Application) -> None:
        self._application = application
        self.restarter = restarter(environ, sys.argv, spawned=parent_process() is not None)
        self.engine: InProcess | None = None
        self._is_met = False

    @property
    def settings(self) -> Settings:
        return self._application.settings

    @property
    def app(self) -> ASGIApp:
        return self._application.served

    @property
    def directory(self) -> Path:
        return self._application.origin.directory

    @cached_property
    def project(self) -> Path:
        return project_directory(self._application.candidates, sys.modules, self.directory)

    def is_loaded(self, path: Path) -> bool:
        return is_loaded(path, sys.modules)

    def status(self) -> None:
        """There is nothing to say of workers."""

    def restart(self) -> bool:
        return False

    def meet(self, scope: Scope) -> None:
        """A server calls: the first time, the engine looks at what it has imported."""
        if self._is_met:
            return

        self._is_met = True
        self._application.meet(scope)
        if self.settings.hot is not False and self.restarter is None:
            self.engine = made_engine(self._application, self.project, KEEPER)
        if self.engine is not None and scope["type"] != "lifespan":
            self.engine.look()
            if self.engine.is_alone:  # else requests have run what a start-up has not
                self.engine.look_again()

    def attach(self, watch: Watch, timeline: Timeline) -> None:
        self._application.served.gate.is_expected = watch.expects_code
        self._application.on_adopted = lambda settings: watch.use(settings.strategies)


def made_engine(application: Application, project: Path, keeper: Keeper | None = None) -> InProcess | None:
    """The engine for an app; None if what to watch cannot be used as given, which the watch says.

    keeper: knows the engines of other apps in this process.
    """
    settings, origin = application.settings, application.origin
    try:
        roots: Sequence[Path] = watched_roots(settings, origin.directory if settings.watch else project)
    except SettingError:
        return None

    options = EngineOptions(
        since=origin.at,
        loop_at_import=origin.in_loop,
        overlap=settings.lifespan == "overlap",
        import_s=settings.import_timeout / 1000,
    )
    everything = [project, *(root for root in roots if not root.is_relative_to(project))]
    neighbours = None if keeper is None else _neighbours(keeper, everything, origin.at)
    return InProcess(everything, application, options=options, neighbours=neighbours)


def _neighbours(keeper: Keeper, roots: Sequence[Path], since: float) -> Neighbours:
    """Those in this loop that run modules under the same directories: a lock is of one loop."""
    directories = tuple(root.resolve() for root in roots)
    key = (Neighbours, frozenset(directories), current_token())
    return keeper.keep(key, lambda: Neighbours(Observer(directories, since)))


def watched_roots(settings: Settings, base: Path) -> list[Path]:
    """The directories that are watched, `base` if nothing is said. Raises SettingError."""
    selection = Selection.parse(settings.watch, settings.ignore, base, force=settings.force)
    return [Path(root.directory) for root in selection.roots]
