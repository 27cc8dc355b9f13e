"""The reloader with all that it needs of this process: where the project lies, what is watched, who restarts us.

Put together when a server first calls: only then has the module that holds the app been executed to its end.
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

from .engines.build import EngineOptions
from .engines.inprocess import InProcess
from .engines.living import PYTHON
from .environment import restarter
from .errors import SettingError
from .printable import printable
from .project import is_loaded, project_directory
from .reloader import Reloader
from .strategies import Context, built_in
from .watching.selection import Selection
from .watching.watcher import Watcher

if TYPE_CHECKING:
    from .application import Application
    from .channel import Channel
    from .settings import Settings
    from .timeline import Timeline

BEGIN_DEADLINE_S: Final = 2.0
BEGIN_CHECK_S: Final = 0.005

logger = logging.getLogger("asgi_reload")


class Watch:
    """Watches one project, and makes edits of its code live."""

    def __init__(self, application: Application, channel: Channel, timeline: Timeline) -> None:
        self._settings = application.settings
        self._application = application
        self._channel = channel
        self._timeline = timeline
        self._restarter = restarter(environ, sys.argv, spawned=parent_process() is not None)
        self._engine: InProcess | None = None
        self._watcher: Watcher | None = None
        self._reloader: Reloader | None = None
        self._problem: str | None = None
        self._is_running = False

    @cached_property
    def project(self) -> Path:
        """The directory that paths are shown relative to."""
        application = self._application
        return project_directory(application.candidates, sys.modules, application.origin.directory)

    def begin(self, *, is_starting: bool) -> None:
        """A server calls for the first time; `is_starting`: the app starts up now."""
        if self._engine is None and self._is_hot:
            self._engine = self._made_engine()
        if self._engine is not None and not is_starting:
            self._engine.look()
            self._engine.look_again()

    @property
    def _is_hot(self) -> bool:
        return self._settings.hot is not False and self._restarter is None

    def _made_engine(self) -> InProcess | None:
        try:
            roots = [root.directory for root in self._selection.roots]
        except SettingError:
            return None  # `run` says it

        options = EngineOptions(
            since=self._application.origin.at,
            loop_at_import=self._application.origin.in_loop,
            overlap=self._settings.lifespan == "overlap",
            import_s=self._settings.import_timeout / 1000,
        )
        return InProcess([self.project, *map(Path, roots)], self._application, options=options)

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
            async with anyio.create_task_group() as group:
                group.start_soon(self._prepare)
                await self._reloader.run()
        finally:
            self._is_running = False
            if self._engine is not None:
                self._engine.close()

    async def attend(self) -> None:
        """A page has come: be quick, and return when no save from now on is missed (or after `BEGIN_DEADLINE_S`)."""
        with anyio.move_on_after(BEGIN_DEADLINE_S):
            await self._until_begun()

        if self._watcher is not None:
            self._watcher.stir()

    async def _until_begun(self) -> None:
        while not (self._watcher and self._watcher.begun) and self._problem is None:  # noqa: ASYNC110
            await anyio.sleep(BEGIN_CHECK_S)

    async def _prepare(self) -> None:
        """Have the engine read the project, and have told what was saved before anybody watched."""
        await self._until_begun()
        if self._engine is not None and self._watcher is not None:
            self._watcher.doubt(await self._engine.prepare())

    def glance(self) -> None:
        """A page is asked for: see whether code has been saved that no event has told of yet."""
        if self._watcher is not None and self._engine is not None:
            self._watcher.glance(self._engine.files())

    def status(self) -> dict[str, Any]:
        """What is watched and how, as a JSON object; paths relative to the project."""
        status = self._watcher.status() if self._watcher else None
        problem = self._problem or (self._reloader.problem if self._reloader else None)
        return {
            "running": self._is_running,
            "problem": problem or (status.error if status else None),
            "files": status.files if status else 0,
            "noisy": [self._shown(path) for path in status.noisy] if status else [],
            "restarter": self._restarter,
            "hot": self._engine is not None,
            "roots": [
                {"path": self._shown(root.path), "mode": root.mode, "reason": root.reason}
                for root in (status.roots if status else ())
            ],
        }

    def _assemble(self) -> Reloader:
        selection = self._selection
        self._watcher = watcher = self._watch_over(selection)
        self._application.served.gate.is_expected = lambda: watcher.expects(PYTHON)
        context = Context(self.project, self._restarter, lambda path: is_loaded(path, sys.modules))
        logger.info("watching %s", printable(", ".join(str(root.directory) for root in selection.roots)))
        if self._restarter is not None:
            logger.info("Python edits are left to %s; without it they would go live in place", self._restarter)
        self._application.on_adopted = self._take_over
        strategies = self._settings.strategies or built_in()
        return Reloader(self._watcher, strategies, context, self._channel, self._timeline, self._engine)

    def _take_over(self, settings: Settings) -> None:
        if self._reloader is not None and settings.strategies:
            self._reloader.strategies = settings.strategies

    @cached_property
    def _selection(self) -> Selection:
        return self._select(self._application.origin.directory if self._settings.watch else self.project)

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
