"""The reloader with all that it needs: where the project lies, what is watched, who makes edits of its code live.

Put together when a server first calls: only then has a module that holds the app been executed to its end.
"""

from __future__ import annotations

import logging
import os
import time
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

import anyio

from .errors import SettingError
from .findings import CODE
from .printable import printable
from .project import saved_at
from .reloader import Applies, Reloader
from .strategies import PYTHON, Context, built_in
from .watching.offenders import Offenders
from .watching.selection import Selection
from .watching.watcher import Watcher

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from .channel import Channel
    from .outcome import Outcome
    from .problems import Problems
    from .report import Report
    from .settings import Settings
    from .timeline import Timeline

BEGIN_DEADLINE_S: Final = 2.0
BEGIN_CHECK_S: Final = 0.005

logger = logging.getLogger("asgi_reload")


class Engine(Applies, Protocol):
    """What makes edits of the server's own code live, and what a watch wants to know of it."""

    def files(self) -> Iterable[str]:
        """Where the code comes from that runs."""

    async def prepare(self) -> Sequence[str]:
        """Get ready for the first save. The answer: files that have been saved since they were executed."""

    def close(self) -> None:
        """Nothing is watched any more."""


class Home(Protocol):
    """Where the app lives: in this process, or in workers of its own."""

    @property
    def settings(self) -> Settings: ...

    @property
    def directory(self) -> Path:
        """What the paths in the settings are relative to."""

    @property
    def project(self) -> Path:
        """The directory that a developer would call the project; what is watched if nothing is said."""

    @property
    def restarter(self) -> str | None:
        """Who restarts the server when code changes; None if nobody does."""

    @property
    def engine(self) -> Engine | None:
        """None where edits of code are left to somebody else."""

    def is_loaded(self, path: Path) -> bool:
        """Is the code of that file run?"""

    def attach(self, watch: Watch, timeline: Timeline) -> None:
        """Watching is about to begin."""


class Watch:
    """Watches one project, and has edits of its code made live."""

    def __init__(self, home: Home, channel: Channel, timeline: Timeline, problems: Problems) -> None:
        self._home = home
        self._problems = problems
        self._settings = home.settings
        self._channel = channel
        self._timeline = timeline
        self._watcher: Watcher | None = None
        self._reloader: Reloader | None = None
        self._problem: str | None = None
        self._is_running = False

    @property
    def project(self) -> Path:
        """The directory that paths are shown relative to."""
        return self._home.project

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
            if self._home.engine is not None:
                self._home.engine.close()

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
        begun = time.time()
        if self._home.engine is not None and self._watcher is not None:
            doubts = await self._home.engine.prepare()
            # What was saved later the watcher has seen itself, and tells once.
            self._watcher.doubt([file for file in doubts if saved_at(file) <= begun])

    def glance(self) -> None:
        """A page is asked for: see whether code has been saved that no event has told of yet."""
        if self._watcher is not None and self._home.engine is not None:
            self._watcher.glance(self._home.engine.files())

    def expects_code(self) -> bool:
        """Has a save of code been noticed that is not judged yet?"""
        return (
            self._watcher is not None and not self.is_paused and any(self._watcher.expects(suffix) for suffix in PYTHON)
        )

    def knows_newer_code(self) -> bool:
        """Has code been saved since the last save that was told of?"""
        watcher = self._watcher
        return watcher is not None and not self.is_paused and any(watcher.knows_newer(suffix) for suffix in PYTHON)

    @property
    def is_paused(self) -> bool:
        return self._reloader is not None and self._reloader.is_paused

    def pause(self) -> None:
        """Let saves wait until `resume`."""
        if self._reloader is not None:
            self._reloader.pause()

    def resume(self) -> None:
        if self._reloader is not None:
            self._reloader.resume()

    def use(self, strategies: Sequence[Callable[..., Any]]) -> None:
        """A new version of the app brings strategies of its own."""
        if self._reloader is not None and strategies:
            self._reloader.strategies = strategies

    def tell(self, outcome: Outcome) -> None:
        """What runs has changed without a save."""
        if self._reloader is not None:
            self._reloader.tell(outcome)

    def failed_to_start(self, report: Report) -> None:
        """Nobody serves yet, and no save is the reason."""
        self._problems.add(CODE, "save", report, "start")

    def ask(self, reason: str) -> None:
        """Have all pages load themselves anew."""
        if self._reloader is not None:
            self._reloader.ask(reason)

    def ignored(self, path: str) -> dict[str, Any]:
        """Whether a path, relative to the project, is watched, and by which rule it is not."""
        rule = self.selection.rule(os.path.normpath(self.project / path))
        return {"path": path, "watched": rule is None, "rule": rule or ""}

    def status(self) -> dict[str, Any]:
        """What is watched and how, as a JSON object; paths relative to the project."""
        status = self._watcher.status() if self._watcher else None
        problem = self._problem or (self._reloader.problem if self._reloader else None)
        return {
            "running": self._is_running,
            "problem": problem or (status.error if status else None),
            "files": status.files if status else 0,
            "noisy": [self._shown(path) for path in status.noisy] if status else [],
            "restarter": self._home.restarter,
            "hot": self._home.engine is not None,
            "roots": [
                {"path": self._shown(root.path), "mode": root.mode, "reason": root.reason}
                for root in (status.roots if status else ())
            ],
        }

    @cached_property
    def selection(self) -> Selection:
        """What is watched, and what of it is ignored. Raises SettingError."""
        settings = self._settings
        base = self._home.directory if settings.watch else self.project
        return Selection.parse(settings.watch, settings.ignore, base, force=settings.force)

    def _assemble(self) -> Reloader:
        self._watcher = self._watch_over(self.selection)
        restarter = self._home.restarter
        context = Context(self.project, restarter, self._home.is_loaded)
        logger.info(
            "watching %s", printable(", ".join(dict.fromkeys(str(root.directory) for root in self.selection.roots)))
        )
        if restarter is not None:
            logger.info("Python edits are left to %s; without it they would go live in place", restarter)
        self._home.attach(self, self._timeline)
        strategies = self._settings.strategies or built_in()
        batches = Offenders(self._watcher, self._shown)
        return Reloader(batches, strategies, context, self._channel, self._timeline, self._problems, self._home.engine)

    def _watch_over(self, selection: Selection) -> Watcher:
        settings = self._settings
        return Watcher(
            selection, step=settings.step, debounce=settings.debounce, max_wait=settings.max_wait, poll=settings.poll
        )

    def _shown(self, path: str) -> str:
        full = Path(path)
        return full.relative_to(self.project).as_posix() if full.is_relative_to(self.project) else full.name
