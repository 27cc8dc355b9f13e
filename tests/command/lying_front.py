"""`python -m tests.command.lying_front --port 8000`: the front of `main:app`, with workers whose engine lies."""

from __future__ import annotations

import sys
from pathlib import Path

import uvicorn

from asgi_reload.command import Command, SiteOptions
from asgi_reload.front import Front
from asgi_reload.workers.processes import Standby

if __name__ == "__main__":
    here = Path.cwd()
    command = Command(sites=(SiteOptions("main:app"),), directory=here, app_dir=here)
    front = Front(command, lambda: Standby("tests.command.liar:run"))
    uvicorn.run(front, port=int(sys.argv[-1]), log_level="warning")
