"""A process that has the libraries imported and forks a server for each program: a table of programs in seconds.

One JSON line in: folder, port, log. One line out: the child's process id.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import signal
import sys
from contextlib import suppress

LIBRARIES = (
    *("asyncio", "anyio", "fastapi", "fastapi.testclient", "jinja2", "pydantic_settings", "sqlalchemy.orm"),
    *("starlette.applications", "starlette.templating", "uvicorn", "uvicorn.lifespan.on", "uvicorn.loops.asyncio"),
    *("uvicorn.protocols.http.httptools_impl", "uvicorn.protocols.websockets.websockets_sansio_impl", "yaml"),
)


def serve(folder: str, port: int, log: str) -> None:
    """In the child: become the server that `uvicorn main:app` in that folder is."""
    import uvicorn

    os.setsid()
    os.chdir(folder)
    output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(output, 1)
    os.dup2(output, 2)
    sys.path.insert(0, folder)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    uvicorn.run(
        "main:app", host="127.0.0.1", port=port, log_level="info", ws="websockets-sansio", timeout_keep_alive=60
    )


def main() -> None:
    for library in LIBRARIES:
        with suppress(ImportError):
            importlib.import_module(library)
    gc.collect()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)

    for line in sys.stdin:
        order = json.loads(line)
        child = os.fork()
        if child == 0:
            os.close(0)
            try:
                serve(order["folder"], order["port"], order["log"])
            finally:
                os._exit(0)
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
