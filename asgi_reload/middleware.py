"""`app = ReloadMiddleware(app)`: the one door. It decides whether we are on, and by whom a scope is answered."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack

from .application import load
from .console import speak_up
from .environment import sign_of_production, sign_of_test_run
from .live import ACTIVE, Live
from .settings import pyproject_table, resolve

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

    def __init__(self, app: ASGIApp | str, **options: Unpack[Options]) -> None:
        self.settings = resolve(options, os.environ, pyproject_table(Path.cwd()))
        target, self.app = load(app, factory=self.settings.factory) if isinstance(app, str) else (None, app)
        is_off = _is_off(self.settings, os.environ, sys.argv)
        self._live = None if is_off else Live(self, target, in_loop=_loop_runs())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._live is None or ACTIVE in scope:
            await self.app(scope, receive, send)
        else:
            await self._live(scope, receive, send)

    def __getattr__(self, name: str) -> Any:
        # `app.routes` and `app.state` are used after wrapping, too.
        if name in {"app", "settings", "_live"}:
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
