"""What kind of process this is, told by signs: production, a test run, under somebody else's reloader.

Pure: everything it looks at is handed in.
"""

from __future__ import annotations

from itertools import pairwise
from pathlib import PurePath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

STAGES = ("ENV", "APP_ENV", "ENVIRONMENT", "FASTAPI_ENV")
PRODUCTION_PREFIXES = ("KUBERNETES_SERVICE_HOST", "GUNICORN_")
TEST_RUNNERS = frozenset({"pytest", "unittest", "nose2", "ward"})
RELOADERS = frozenset({"uvicorn", "fastapi", "granian", "hypercorn", "litestar", "gunicorn"})
WORKERS = frozenset({"--workers", "-w", "--web-concurrency", "--wc", "-W"})


def sign_of_production(environ: Mapping[str, str], argv: Sequence[str], *, optimized: bool) -> str | None:
    """What says that this is no developer's machine, as `NAME=value` or an option; None if nothing does.

    Several workers do: a page would meet now the one and now the other. A server that reloads has only one.
    """
    for name in STAGES:
        if environ.get(name, "").lower().startswith("prod"):
            return f"{name}={environ[name]}"

    for name in environ:
        if name.startswith(PRODUCTION_PREFIXES):
            return name

    if optimized:
        return "PYTHONOPTIMIZE"

    server = _program(argv)
    return None if server not in RELOADERS or _reloads(server, argv) else _sign_of_workers(server, environ, argv)


def sign_of_test_run(environ: Mapping[str, str], argv: Sequence[str]) -> str | None:
    """What says that a test runner runs this process; None if nothing does."""
    for name in ("PYTEST_VERSION", "PYTEST_CURRENT_TEST"):
        if name in environ:
            return name

    program = _program(argv)

    if program in TEST_RUNNERS:
        return program

    return "manage.py test" if program == "manage" and "test" in argv[1:2] else None


def restarter(environ: Mapping[str, str], argv: Sequence[str], *, spawned: bool) -> str | None:
    """Who restarts this process when Python files change; None if nobody does.

    `spawned` says that multiprocessing started this process, which is how uvicorn's and hypercorn's reloaders
    start a worker, also where a script called `uvicorn.run(…, reload=True)`.
    """
    if environ.get("RUN_MAIN") == "true":
        return "runserver"

    if environ.get("WERKZEUG_RUN_MAIN") == "true":
        return "werkzeug"

    if "WATCHFILES_CHANGES" in environ:
        return "watchfiles"

    name = _program(argv)

    if name in RELOADERS and _reloads(name, argv):
        return f"{name} dev" if name == "fastapi" else f"{name} --reload"

    return "the server's reloader" if spawned and name not in RELOADERS else None


def _sign_of_workers(server: str, environ: Mapping[str, str], argv: Sequence[str]) -> str | None:
    if server == "gunicorn":
        return server

    # `--workers 4` and `--workers=4`
    words = [word for argument in argv for word in argument.split("=", 1)]

    for option, value in pairwise(words):
        if option in WORKERS and _is_several(value):
            return f"{option} {value}"

    concurrency = environ.get("WEB_CONCURRENCY", "")
    return f"WEB_CONCURRENCY={concurrency}" if _is_several(concurrency) else None


def _is_several(count: str) -> bool:
    return count.isdecimal() and int(count) > 1


def _reloads(server: str, argv: Sequence[str]) -> bool:
    return bool({"--reload", "-r"} & set(argv)) or (server == "fastapi" and "dev" in argv[1:2])


def _program(argv: Sequence[str]) -> str:
    """What was started: `uvicorn` for `/venv/bin/uvicorn` and for `python -m uvicorn`."""
    program = PurePath(argv[0]) if argv else PurePath()
    return program.parent.name if program.name == "__main__.py" else program.stem
