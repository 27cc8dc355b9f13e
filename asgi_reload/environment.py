"""What kind of process this is, told by signs: production, a test run, under somebody else's reloader.

Pure: everything it looks at is handed in.
"""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

STAGES = ("ENV", "APP_ENV", "ENVIRONMENT", "FASTAPI_ENV")
PRODUCTION_PREFIXES = ("KUBERNETES_SERVICE_HOST", "GUNICORN_")
TEST_RUNNERS = frozenset({"pytest", "py.test", "unittest", "nose2", "ward"})
RELOADERS = frozenset({"uvicorn", "fastapi", "granian", "hypercorn", "litestar", "gunicorn"})


def sign_of_production(environ: Mapping[str, str], *, optimized: bool) -> str | None:
    """What says that this is no developer's machine, as `NAME=value`; None if nothing does."""
    for name in STAGES:
        if environ.get(name, "").lower().startswith("prod"):
            return f"{name}={environ[name]}"

    for name in environ:
        if name.startswith(PRODUCTION_PREFIXES):
            return name

    return "PYTHONOPTIMIZE" if optimized else None


def sign_of_test_run(environ: Mapping[str, str], argv: Sequence[str]) -> str | None:
    """What says that a test runner runs this process; None if nothing does."""
    for name in ("PYTEST_VERSION", "PYTEST_CURRENT_TEST"):
        if name in environ:
            return name

    program = PurePath(argv[0]) if argv else PurePath()

    if program.stem in TEST_RUNNERS or (program.name == "__main__.py" and program.parent.name in TEST_RUNNERS):
        return program.name if program.stem in TEST_RUNNERS else program.parent.name

    return "manage.py test" if program.name == "manage.py" and "test" in argv[1:2] else None


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

    program = PurePath(argv[0]) if argv else PurePath()
    name = program.parent.name if program.name == "__main__.py" else program.stem

    if name in RELOADERS and ({"--reload", "-r"} & set(argv) or (name == "fastapi" and "dev" in argv[1:2])):
        return f"{name} dev" if name == "fastapi" else f"{name} --reload"

    return "the server's reloader" if spawned and name not in RELOADERS else None
