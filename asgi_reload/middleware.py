"""`app = ReloadMiddleware(app)`: the one door. It decides whether we are on, and by whom a scope is answered."""

from __future__ import annotations

import logging
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack

from .console import speak_up
from .environment import sign_of_production, sign_of_test_run
from .live import Live
from .settings import pyproject_table, resolve

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from starlette.types import ASGIApp, Receive, Scope, Send

    from .settings import Options, Settings

logger = logging.getLogger("asgi_reload")


class ReloadMiddleware:
    """Wraps any ASGI app, so that a save becomes the smallest correct update on every open page.

    `Settings` lists the options; none is needed on a developer's own machine. Switched off (by `enabled=False`,
    `ASGI_RELOAD=0`, a sign of production, or a test runner) it hands every call to the app and does nothing else.

    Raises `SettingError` for an option that cannot be used as given.
    """

    def __init__(self, app: ASGIApp, **options: Unpack[Options]) -> None:
        self.app = app
        self.settings = resolve(options, os.environ, pyproject_table(Path.cwd()))
        self._serve = app if _is_off(self.settings, os.environ, sys.argv) else Live(app, self.settings, self)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._serve(scope, receive, send)

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
