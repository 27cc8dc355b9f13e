"""`python -m benchmarks.without_standby --port 8000`: `asgi-reload --isolated`, with nothing made or imported ahead."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import uvicorn

from asgi_reload.command import Command, SiteOptions
from asgi_reload.front import Front
from asgi_reload.workers.interpreters import Interpreters

if TYPE_CHECKING:
    from collections.abc import Sequence


class Unprepared(Interpreters):
    """A fresh interpreter for each worker, made when it is wanted."""

    async def warm_up(self, modules: Sequence[str]) -> None:
        pass


if __name__ == "__main__":
    here = Path.cwd()
    command = Command(sites=(SiteOptions("main:app"),), directory=here, app_dir=here, mode="isolated")
    uvicorn.run(Front(command, Unprepared), port=int(sys.argv[-1]), log_level="warning")
