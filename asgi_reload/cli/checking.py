"""The process that `asgi-reload check` starts: imports an app, runs its lifespan once, and writes what came of it."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import SettingError
from ..report import report
from ..target import load_target

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.types import ASGIApp, Message


UNSAID = "it said that its start-up or shut-down failed"


class SaidFailed(Exception):
    """The app said that its start-up or shut-down failed, in these words."""


def main() -> None:
    """Read the order from the first argument, JSON; write the findings into the file that it names."""
    order = json.loads(sys.argv[1])
    file = Path(order["findings"])
    sys.path.insert(0, order["app_dir"])
    sys.argv[1:] = []

    try:
        found = _check(order)
    except SettingError as error:
        found = {"refused": str(error)}
    except SaidFailed as error:
        words = str(error).strip() or UNSAID
        found = {"failure": words.splitlines()[-1], "detail": "", "traceback": words}
    except (Exception, SystemExit) as error:
        said = report(error, Path(order["app_dir"]))
        found = {"failure": said.title, "detail": said.detail, "traceback": said.traceback}

    file.write_text(json.dumps(found), encoding="utf-8")


def _check(order: Mapping[str, Any]) -> dict[str, Any]:
    began = time.perf_counter()
    _, app = load_target(order["target"], factory=order["factory"])
    imported = time.perf_counter()
    routes = getattr(app, "routes", None)
    has_lifespan = asyncio.run(_run_lifespan(app))
    return {
        "import_ms": (imported - began) * 1000,
        "routes": len(routes) if isinstance(routes, (list, tuple)) else None,
        "lifespan_ms": (time.perf_counter() - imported) * 1000 if has_lifespan else None,
    }


async def _run_lifespan(app: ASGIApp) -> bool:
    """Start it up and shut it down; False where it has no lifespan. Raises what it raises."""
    asked: asyncio.Queue[Message] = asyncio.Queue()
    told: asyncio.Queue[Message] = asyncio.Queue()
    scope = {"type": "lifespan", "asgi": {"version": "3.0", "spec_version": "2.0"}, "state": {}}
    running = asyncio.ensure_future(_finished(app, scope, asked, told))

    try:
        await asked.put({"type": "lifespan.startup"})
        if (await told.get())["type"] == "ended":
            # As servers see it: an app that raises here, and has started nothing, has no lifespan.
            if isinstance(error := await _error_of(running), SaidFailed):
                raise error
            return False
        await asked.put({"type": "lifespan.shutdown"})
        if (await told.get())["type"] == "ended":
            await running
        return True
    finally:
        running.cancel()


async def _error_of(running: asyncio.Future[None]) -> BaseException | None:
    await asyncio.wait([running])
    return running.exception()


async def _finished(app: ASGIApp, scope: Any, asked: asyncio.Queue[Message], told: asyncio.Queue[Message]) -> None:
    async def send(message: Message) -> None:
        if message["type"].endswith(".failed"):
            raise SaidFailed(message.get("message", ""))
        told.put_nowait(message)

    try:
        await app(scope, asked.get, send)
    finally:
        told.put_nowait({"type": "ended"})


if __name__ == "__main__":
    main()
