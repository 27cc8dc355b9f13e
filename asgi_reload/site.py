"""One app under the front: its crew of workers, seen as the home that a `Live` watches."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from functools import cached_property
from importlib.machinery import PathFinder
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from .env_file import read_env_file
from .inplace import watched_roots
from .project import INSTALLED
from .workers.audit import Audit
from .workers.crew import Crew
from .workers.edits import Edits
from .workers.plan import WorkerPlan
from .workers.reception import Reception

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Scope

    from .command import Command, SiteOptions
    from .settings import Settings
    from .timeline import Timeline
    from .watch import Watch
    from .workers.launching import Launcher
    from .workers.remote import Remote

STOP_SHARE: Final = 0.3
"""Of the time that a shut-down may take, what calls in flight have; the app's own shut-down has as much."""


class Site:
    """An app that lives in workers. Only paths are looked at here: nothing of the app is imported."""

    restarter = None

    def __init__(self, command: Command, options: SiteOptions, launcher: Launcher) -> None:
        self.options = options
        self._command = command
        self.settings = self._watching_too(command.settings)
        self._crew = Crew(
            self.plan,
            launcher,
            drain=command.settings.drain / 1000,
            stop=command.server.timeout_graceful_shutdown * STOP_SHARE,
        )
        self._libraries: dict[str, None] = {}  # a worker tells only what it had to import itself
        self._reception = Reception(self._crew)
        self._audit = Audit(self._crew) if command.mode == "hot" and command.audit else None
        self.engine = Edits(
            self._crew, self._reception.gate, command.mode, env_file=command.env_file, audit=self._audit
        )
        self._crew.chores += [self.engine.pay] if self._audit is None else [self.engine.pay, self._audit.run]
        self._crew.on_taken_over = self._taken_over

    @property
    def app(self) -> ASGIApp:
        return self._reception

    @property
    def directory(self) -> Path:
        return self._command.directory

    @cached_property
    def project(self) -> Path:
        """Where the first part of the module's name is found; the working directory if that is an installed one."""
        name = self.options.target.partition(":")[0].partition(".")[0]
        spec = PathFinder.find_spec(name, [str(self._command.app_dir), *sys.path])
        places = [spec.origin] if spec and spec.origin else list(spec.submodule_search_locations or ()) if spec else []
        if not places or INSTALLED & set(Path(places[0]).parts):
            return self._command.app_dir.resolve()

        place = Path(places[0]).resolve()
        return place.parent.parent if spec and spec.submodule_search_locations and spec.origin else place.parent

    def is_loaded(self, path: Path) -> bool:
        return str(path) in self.engine.files()

    def meet(self, scope: Scope) -> None:
        """There is nothing to learn from a server: where the app is bound was said."""

    def attach(self, watch: Watch, timeline: Timeline) -> None:
        self.engine.newer.is_there = watch.knows_newer_code
        self._reception.gate.is_expected = watch.expects_code
        self._crew.on_change = watch.tell
        self._crew.on_failed_start = watch.failed_to_start
        if self._crew.failure is not None:
            watch.failed_to_start(self._crew.failure)
        if self._audit is not None:
            self._audit.on_verdict = timeline.audited

    def restart(self) -> bool:
        self._crew.restart()
        return True

    @property
    def refusal(self) -> str | None:
        """Why the target is no app that could be served, where there has been none so far."""
        crew = self._crew
        return crew.failure.title if crew.failure and crew.is_refused and crew.current is None else None

    def end_streams(self) -> None:
        """The server stops: tell the calls that do not end by themselves."""
        if self._crew.current is not None:
            self._crew.current.caller.disconnect()

    def status(self) -> dict[str, Any]:
        """The workers, as a JSON object."""
        audit = None if self._audit is None else self._audit.status()
        return {"mode": self._command.mode, **self._crew.status(), "audit": audit}

    def plan(self) -> WorkerPlan:
        """What the next worker is told. Raises SettingError if the env file cannot be read any more."""
        command, settings = self._command, self.settings
        from_file = read_env_file(command.env_file) if command.env_file else {}
        roots = watched_roots(settings, self.directory if settings.watch else self.project)
        return WorkerPlan(
            target=self.options.target,
            factory=command.factory,
            mode=command.mode,
            directory=str(command.directory),
            argv=tuple(sys.argv),
            path=(str(command.app_dir),),
            env={**from_file, **os.environ},
            project=str(self.project),
            roots=tuple(map(str, roots)),
            lifespan=settings.lifespan,
            drain=settings.drain,
            import_timeout=settings.import_timeout,
            log_level=command.server.log_level,
            front_group=os.getpgrp(),
        )

    def _watching_too(self, settings: Settings) -> Settings:
        """The settings, with the env file among what is watched."""
        if self._command.env_file is None:
            return settings

        return replace(settings, watch=(*(settings.watch or (str(self.project),)), str(self._command.env_file)))

    def _taken_over(self, worker: Remote) -> None:
        if self._audit is not None:
            self._audit.schedule(worker)
        self._libraries |= dict.fromkeys(worker.libraries)
        self._crew.warm_up(tuple(self._libraries) if self._command.warm_up is None else self._command.warm_up)
