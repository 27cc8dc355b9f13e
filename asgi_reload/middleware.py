"""`app = ReloadMiddleware(app)`: the one door. It decides whether we are on, and by whom a scope is answered."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
import time
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack

from .application import Application, Origin
from .console import speak_up
from .environment import sign_of_production, sign_of_test_run
from .inplace import InPlace
from .live import ACTIVE, Live, check
from .settings import pyproject_table, resolve
from .target import load_target

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from starlette.types import ASGIApp, Receive, Scope, Send

    from .settings import Options, Settings

logger = logging.getLogger("asgi_reload")


class ReloadMiddleware:
    """Wraps any ASGI app, so that a save becomes the smallest correct update, in this process and on every open page.

    app: the app itself, or where it is found: `"main:app"`; `"main:create_app"` with `factory=True`.

    `Settings` lists the options; none is needed on a developer's own machine. Switched off (by `enabled=False`,
    `ASGI_RELOAD=0`, a sign of production, or a test runner) it hands every call to the app and does nothing else.

    Raises `SettingError` for an option that cannot be used as given.
    """

    app: ASGIApp

    def __init__(self, app: ASGIApp | str, **options: Unpack[Options]) -> None:
        self.settings = resolve(options, os.environ, pyproject_table(Path.cwd()))
        target, self.app = load_target(app, factory=self.settings.factory) if isinstance(app, str) else (None, app)
        self._is_on = not _is_off(self.settings, os.environ, sys.argv)
        self._origin = Origin(target, Path.cwd(), in_loop=_loop_runs(), at=time.time())

        if self._is_on:
            check(self.settings, self._origin.directory)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._is_on and ACTIVE not in scope:
            await self._live(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    @cached_property
    def _live(self) -> Live:
        # Not before a server calls: a new version of the app brings a middleware of its own, which nobody will call.
        return Live(InPlace(Application(self, self._origin)))

    def __getattr__(self, name: str) -> Any:
        # `app.routes` and `app.state` are used after wrapping, too.
        if name == "app":
            raise AttributeError(name)

        return getattr(self.app, name)


def _is_off(settings: Settings, environ: Mapping[str, str], argv: Sequence[str]) -> bool:
    if settings.enabled is False:
        return True

    sign = sign_of_production(environ, argv, optimized=sys.flags.optimize > 0)

    if sign is not None and not settings.i_know_this_is_not_production:
        speak_up(logger)
        logger.warning("off, since %s says production; i_know_this_is_not_production=True keeps it on", sign)
        return True

    return settings.enabled is None and sign_of_test_run(environ, argv) is not None


def _loop_runs() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True
