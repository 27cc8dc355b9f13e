"""`asgi-reload`: the entry point. It needs no more than the core, so that it can say what else is needed."""

from __future__ import annotations

import os
import sys
from typing import Final

EXTRA: Final = ("click", "dotenv", "rich", "uvicorn")
MISSING: Final = "asgi-reload: the command needs %s, which is not installed: pip install 'asgi-reload[cli]'\n"
NO_GROUPS: Final = (
    "asgi-reload: the command needs Linux or macOS; on Windows wrap the app: app = ReloadMiddleware(app)\n"
)
BAD_INPUT: Final = 2


def main() -> None:
    """Run the command line; ends the process."""
    if os.name != "posix":
        sys.stderr.write(NO_GROUPS)
        sys.exit(BAD_INPUT)

    try:
        from .running import run
    except ModuleNotFoundError as error:
        missing = (error.name or "").partition(".")[0]
        if missing not in EXTRA:
            raise
        sys.stderr.write(MISSING % missing)
        sys.exit(BAD_INPUT)

    sys.exit(run(sys.argv[1:]))
