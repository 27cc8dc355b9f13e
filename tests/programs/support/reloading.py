"""The seam between a middleware and the engine, as small as it can be: what a program of the table wraps its app in.

It answers three routes of its own, so that a test says when a save is applied and sees what came of it.
"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from asgi_reload.changes import Batch, Change
from asgi_reload.engines.fingerprint import describe
from asgi_reload.engines.inprocess import InProcess
from asgi_reload.engines.living import project_modules
from asgi_reload.engines.served import Served
from asgi_reload.outcome import Applied, Failed, Refused

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from types import ModuleType

ROOT = Path.cwd()
SETTLE_S = float(os.environ.get("SETTLE_S", "0.2"))


class ReloadMiddleware:
    """Serves generations; the first one that is called is the one that lives on."""

    def __init__(self, app: Any) -> None:
        self.app = app
        self._served: Served | None = None
        self._engine: InProcess | None = None
        self._outer: object = None
        self._offered: object = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self.app, name)

    @property
    def served(self) -> Served:
        if self._served is None:
            self._served = Served(self.app, settle=SETTLE_S)
            self._engine = InProcess([ROOT], self)
        return self._served

    @property
    def is_factory(self) -> bool:
        return False

    def anchors(self, modules: Sequence[ModuleType]) -> Iterable[object]:
        return [anchor for anchor in (self, self._outer) if anchor is not None]

    def verify(self) -> None:
        pass

    def adopted(self) -> None:
        self._outer = self._offered

    def serve(self, bound: object) -> Any:
        self._offered = bound
        app = bound.app if isinstance(bound, ReloadMiddleware) else bound
        if not callable(app):
            raise TypeError(f"{bound!r} is no ASGI app")
        return app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope.get("asgi_reload") and self._served is None:
            await self.app(scope, receive, send)
            return

        scope["asgi_reload"] = True
        if self._outer is None:
            self._outer = scope.get("app")
        if scope["type"] == "http" and scope["path"].startswith("/__test__/"):
            await self._control(scope, receive, send)
        else:
            await self.served(scope, receive, send)

    async def _control(self, scope: Any, receive: Any, send: Any) -> None:
        body = json.loads((await receive())["body"] or b"null")
        assert self.served is not None
        assert self._engine is not None

        if scope["path"] == "/__test__/apply":
            changes = [Change(Path(path), kind) for path, kind in body]
            batch = Batch(tuple(changes))
            self._engine.refresh(batch)
            answer = outcome_as_json(await self._engine.apply(batch))
        else:
            modules = {n: m for n, m in project_modules([ROOT]).items() if n != "reloading" and "asgi_reload" not in n}
            answer = describe(modules, getattr(sys.modules["main"], "app", None))
        payload = json.dumps(answer, default=repr).encode()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": payload})


def outcome_as_json(outcome: Applied | Refused | Failed) -> dict[str, Any]:
    """The outcome with its kind, for a test to look at."""
    values = asdict(outcome)
    if isinstance(outcome, Failed):
        values = {"title": outcome.report.title, "traceback": outcome.report.traceback}

    rung = {Refused: "refused", Failed: "failed"}.get(type(outcome)) or values["rung"]
    return {**values, "rung": rung}


sys.modules.setdefault("reloading", sys.modules[__name__])
