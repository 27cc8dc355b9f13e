"""The reloader with all that it needs of this process: where the project lies, what is watched, who restarts us.

Put together when it is first run: only then has the module that holds the app been executed to its end.
"""

from __future__ import annotations

import logging
import sys
from functools import cached_property
from multiprocessing import parent_process
from os import environ
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import anyio

from .environment import restarter
from .errors import SettingError
from .printable import printable
from .project import is_loaded, project_directory
from .reloader import Reloader
from .strategies import Context, built_in
from .watching.selection import Selection
from .watching.watcher import Watcher

if TYPE_CHECKING:
    from .channel import Channel
    from .settings import Settings
    from .timeline import Timeline

BEGIN_DEADLINE_S: Final = 2.0
BEGIN_CHECK_S: Final = 0.005

logger = logging.getLogger("asgi_reload")


class Watch:
    """Watches one project. `candidates` are the objects that its module may bind as the app."""

    def __init__(self, settings: Settings, candidates: list[object], channel: Channel, timeline: Timeline) -> None:
        self._settings = settings
        self._candidates = candidates
        self._channel = channel
        self._timeline = timeline
        self._strategies = settings.strategies or built_in()
        self._started_in = Path.cwd()
        self._selection = self._select(self._started_in) if settings.watch else None
        self._watcher: Watcher | None = None
        self._reloader: Reloader | None = None
        self._problem: str | None = None
        self._is_running = False

    @cached_property
    def project(self) -> Path:
        """The directory that paths are shown relative to."""
        return project_directory(self._candidates, sys.modules, self._started_in)

    def add_candidate(self, app: object) -> None:
        """An object that may be bound as the app, learnt later."""
        if app is not None:
            self._candidates.append(app)

    async def run(self) -> None:
        """Watch until cancelled. What makes that impossible is said once; the app goes on without us."""
        try:
            self._reloader = self._reloader or self._assemble()
        except SettingError as error:
            self._problem = str(error)
            logger.warning("not watching: %s", printable(self._problem))
            return
        except Exception as error:
            self._problem = printable(f"{type(error).__name__}: {error}")
            logger.exception("not watching; the app goes on")
            return

        self._problem, self._is_running = None, True
        try:
            await self._reloader.run()
        finally:
            self._is_running = False

    async def attend(self) -> None:
        """A page has come: be quick, and return when no save from now on is missed (or after `BEGIN_DEADLINE_S`)."""
        with anyio.move_on_after(BEGIN_DEADLINE_S):
            while not (self._watcher and self._watcher.begun) and self._problem is None:  # noqa: ASYNC110
                await anyio.sleep(BEGIN_CHECK_S)

        if self._watcher is not None:
            self._watcher.stir()

    def status(self) -> dict[str, Any]:
        """What is watched and how, as a JSON object; paths relative to the project."""
        status = self._watcher.status() if self._watcher else None
        problem = self._problem or (self._reloader.problem if self._reloader else None)
        return {
            "running": self._is_running,
            "problem": problem or (status.error if status else None),
            "files": status.files if status else 0,
            "noisy": [self._shown(path) for path in status.noisy] if status else [],
            "restarter": self._reloader.context.restarter if self._reloader else None,
            "roots": [
                {"path": self._shown(root.path), "mode": root.mode, "reason": root.reason}
                for root in (status.roots if status else ())
            ],
        }

    def _assemble(self) -> Reloader:
        selection = self._selection or self._select(self.project)
        self._watcher = self._watch_over(selection)
        context = Context(
            self.project,
            restarter(environ, sys.argv, spawned=parent_process() is not None),
            lambda path: is_loaded(path, sys.modules),
        )
        logger.info("watching %s", printable(", ".join(str(root.directory) for root in selection.roots)))
        return Reloader(self._watcher, self._strategies, context, self._channel, self._timeline)

    def _select(self, base: Path) -> Selection:
        return Selection.parse(self._settings.watch, self._settings.ignore, base, force=self._settings.force)

    def _watch_over(self, selection: Selection) -> Watcher:
        settings = self._settings
        return Watcher(
            selection, step=settings.step, debounce=settings.debounce, max_wait=settings.max_wait, poll=settings.poll
        )

    def _shown(self, path: str) -> str:
        full = Path(path)
        return full.relative_to(self.project).as_posix() if full.is_relative_to(self.project) else full.name
