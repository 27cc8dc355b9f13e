"""`--isolated`: an interpreter for each save of Python, or a process where that cannot be, which is said once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psutil
import pytest

from asgi_reload.workers.interpreters import MAX_LIVES, why_no_interpreters

from ..sites import make
from .commanded import commanded

if TYPE_CHECKING:
    from pathlib import Path

needs_interpreters = pytest.mark.skipif(bool(why_no_interpreters()), reason=why_no_interpreters())

APP = """
    from starlette.applications import Starlette
    from starlette.responses import PlainTextResponse
    from starlette.routing import Route

    async def home(request):
        return PlainTextResponse("one")

    app = Starlette(routes=[Route("/", home)])
"""


@needs_interpreters
def test_saves_are_answered_from_fresh_interpreters_of_one_process(tmp_path: Path) -> None:
    with commanded(make(tmp_path / "site", {"main.py": APP}), "--isolated") as site:
        assert site.get("/") == "one"
        process = site.worker

        for old, new in (("one", "two"), ("two", "three")):
            site.replace("main.py", f'"{old}"', f'"{new}"')
            site.answers("/", new)

        assert site.worker == process
        assert site.workers["standby"]["kind"] == "interpreters"
        assert site.workers["standby"]["fallback"] == ""


@needs_interpreters
def test_an_extension_that_refuses_is_named_and_a_process_answers(tmp_path: Path) -> None:
    app = APP.replace("from starlette.app", "import pydantic\n    from starlette.app")

    with commanded(make(tmp_path / "site", {"main.py": app}), "--isolated") as site:
        assert site.get("/") == "one"
        site.replace("main.py", '"one"', '"two"')
        site.answers("/", "two")

        why = "pydantic_core._pydantic_core does not load in a subinterpreter; workers are processes instead."
        assert site.log().count(why) == 1
        assert site.workers["standby"]["fallback"] == why


@needs_interpreters
def test_a_process_of_interpreters_is_replaced_before_it_has_grown_large(tmp_path: Path) -> None:
    with commanded(make(tmp_path / "site", {"main.py": APP}), "--isolated") as site:
        process, word = site.worker, "one"

        for number in range(MAX_LIVES):
            site.replace("main.py", f'"{word}"', f'"word {number}"')
            word = f"word {number}"
            site.answers("/", word)

        assert site.worker != process
        gone, alive = psutil.wait_procs([process], timeout=10)
        assert not alive, gone


@needs_interpreters
def test_an_app_that_lacks_something_in_a_request_comes_to_a_process(tmp_path: Path) -> None:
    thread = "import threading; threading.Thread(target=int, daemon=True).start()"
    app = APP.replace("return Plain", f"{thread}\n        return Plain")

    with commanded(make(tmp_path / "site", {"main.py": app}), "--isolated") as site:
        assert site.client.get("/").status_code == 500
        site.answers("/", "one")

        why = "A subinterpreter has no daemon threads, which the app needs; workers are processes instead."
        assert site.log().count(why) == 1


@pytest.mark.skipif(not why_no_interpreters(), reason="this Python has interpreters")
def test_an_older_python_has_processes_and_says_so(tmp_path: Path) -> None:
    with commanded(make(tmp_path / "site", {"main.py": APP}), "--isolated") as site:
        assert site.get("/") == "one"
        assert site.log().count("interpreters need Python 3.14 or newer") == 1
