"""The switched-on middleware: puts the parts together and hands each scope to whoever answers it. Decides nothing."""

from __future__ import annotations

import logging
import os
import secrets
from contextlib import asynccontextmanager
from functools import partial
from multiprocessing import parent_process
from typing import TYPE_CHECKING, Any, Final, Protocol

from .browser_log import BrowserLog
from .channel import Channel
from .console import Once, speak_up
from .dashboard import Dashboard
from .desk import Desk
from .editor import editor_of, paths_of
from .endpoints import Endpoints
from .failure import Failures
from .guard import Guard
from .html.sent import Sent
from .injection import Injection, InjectionContext
from .lifespan import Hosting, Lifespan
from .page_tag import page_tag
from .problems import Problems, is_fine
from .readers import Readers
from .scripts import read_scripts
from .skips import Skips
from .timeline import Timeline
from .verdicts import Verdicts
from .watch import Home, Watch
from .watching.selection import Selection

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from starlette.types import ASGIApp, Receive, Scope, Send

    from .editor import Editor
    from .html.tag import Tag
    from .settings import Settings

logger = logging.getLogger("asgi_reload")

ACTIVE: Final = "asgi_reload"
"""The key in a scope that says: a middleware further out is at work already."""


def check(settings: Settings, directory: Path) -> None:
    """Raises `SettingError` for a watch path, host, network or editor that cannot be used as given."""
    Guard(settings, "")
    _editor(settings)
    if settings.watch:
        Selection.parse(settings.watch, settings.ignore, directory, force=settings.force)


class Served(Home, Protocol):
    """An app and where it lives."""

    @property
    def app(self) -> ASGIApp: ...

    def meet(self, scope: Scope) -> None:
        """A server calls."""

    def status(self) -> dict[str, Any] | None:
        """The processes that the app runs in, as a JSON object; None if it runs in this one."""

    def restart(self) -> bool:
        """Have a new worker take over, soon; False where there are none."""


class Live:
    """One app with its channel, its watch and its routes."""

    def __init__(self, home: Served) -> None:
        speak_up(logger)
        settings = home.settings
        boot, token = secrets.token_hex(8), secrets.token_urlsafe(24)
        sent, scripts = Sent(), read_scripts()
        self._home = home
        self._app = home.app
        self._warn = Once(logger)
        self._skips = Skips(self._warn)
        self._guard = Guard(settings, token)
        self._editor = _editor(settings)
        self._readers = Readers()
        self._timeline = Timeline()
        self._browser_log = BrowserLog(logger, settings.browser_ignore)
        self._channel = Channel(
            boot=boot,
            max_clients=settings.max_clients,
            on_ack=Verdicts(self._timeline, logger).hear,
            on_said=self._browser_log.hear,
        )
        self._problems = Problems(on_change=self._channel.tell_problems)
        self._watch = Watch(home, self._channel, self._timeline, self._problems)
        self._failures = Failures(self._problems, lambda: self._watch.project, self._is_developer, self._editor)
        self._hosting = Hosting(
            self._watch.run, partial(self._channel.close, "the server stops"), is_worker=parent_process() is not None
        )
        self._lifespan = Lifespan(self._app, self._hosting, self._begin)
        self._endpoints = Endpoints(
            settings=settings,
            guard=self._guard,
            channel=self._channel,
            scripts=scripts,
            sent=sent,
            desk=Desk(self),
            dashboard=Dashboard(settings.prefix, scripts.folder, token, boot),
            hosted=self._attended,
            app=self._app,
        )
        tag = page_tag(settings, client=scripts.folder, token=token, boot=boot)
        self._injection = self._injects(tag, sent)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope[ACTIVE] = True

        self._home.meet(scope)

        match scope["type"]:
            case "lifespan":
                await self._lifespan(scope, receive, send)
            case "http" | "websocket" if self._endpoints.owns(scope):
                await self._endpoints(scope, receive, send)
            case "http":
                # Every request comes this way, so it is a call less where all is well.
                injection = Injection(self._app, scope, send, self._injection)
                try:
                    await injection(receive)
                except Exception as error:
                    is_news = self._failures.note(scope, error)
                    await injection.end(self._failures.instead(scope, error), receive)
                    if is_news:
                        await self._readers.first(self._channel)
                    raise

                if self._problems.found or injection.held is not None:
                    self._failures.heal(scope)
                    await injection.end(None, receive)
            case _:
                await self._talk(scope, receive, send)

    async def _talk(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await self._app(scope, receive, send)
        except Exception as error:
            if self._failures.note(scope, error):
                await self._readers.first(self._channel)
            raise

        if self._problems.found:
            self._failures.heal(scope)

    def status(self) -> dict[str, Any]:
        """The whole state as one JSON object: no token, no environment, and a path in full only in a problem."""
        channel, console = self._channel.statistics(), self._browser_log.tail()
        return {
            "boot": self._channel.boot,
            "generation": self._channel.generation,
            "seq": self._channel.seq,
            "fine": is_fine(self._problems, channel["pages"], console),
            "paused": self.is_paused,
            "problems": self._problems.describe(),
            "watch": self._watch.status(),
            "workers": self._home.status(),
            "channel": channel,
            "timeline": self._timeline.snapshot(),
            "console": console,
            "skipped": self._skips.describe(),
        }

    def problems(self) -> list[dict[str, Any]]:
        """What is wrong, in full: for the developer's own eyes."""
        return [problem.in_full(self._editor) for problem in self._problems]

    def have_read(self) -> None:
        self._readers.have_read()

    def restart(self) -> bool:
        return self._home.restart()

    def reload(self, page: str | None, reason: str) -> bool:
        if page is not None:
            return self._channel.reload(page, reason)

        self._watch.ask(reason)
        return True

    def ignored(self, path: str) -> dict[str, Any]:
        return self._watch.ignored(path)

    @property
    def is_paused(self) -> bool:
        return self._watch.is_paused

    def pause(self) -> None:
        """Let saves wait until `resume`."""
        self._watch.pause()
        self._channel.stir()

    def resume(self) -> None:
        self._watch.resume()
        self._channel.stir()

    @asynccontextmanager
    async def _attended(self) -> AsyncIterator[None]:
        async with self._hosting.hosted():
            await self._watch.attend()
            yield

    def _injects(self, tag: Tag, sent: Sent) -> InjectionContext:
        return InjectionContext(
            tag=tag,
            sent=sent,
            position=self._position,
            allowed=self._page_verdict,
            boundary=self._failures.boundary,
            held=self._failures.held,
            iframes=self._home.settings.iframes,
            asked=self._watch.glance,
            skipped=self._skips.note,
        )

    def _is_developer(self, scope: Scope) -> bool:
        return self._guard.standing(scope).is_developer

    def _begin(self, scope: Scope) -> None:
        self._channel.reopen()

    def _position(self) -> tuple[int, int]:
        return self._channel.generation, self._channel.seq

    def _page_verdict(self, scope: Scope) -> str | None:
        standing = self._guard.standing(scope)

        if standing.verdict is not None:
            self._warn(standing.verdict, f"skipped {scope['path']}: {standing.advice}")
        elif standing.exposure is not None:
            self._warn("exposure", standing.exposure)

        return standing.verdict


def _editor(settings: Settings) -> Editor:
    return editor_of(settings.editor, os.environ, paths_of(settings.editor_paths))
