"""An app that is a script: `python main.py`, with `uvicorn.run(app)` behind the guard, which must not run again."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import httpx

from tests.servers import clean_environment, free_port, wait_until_listening

from .running import ENVIRONMENT

if TYPE_CHECKING:
    from pathlib import Path

MAIN = """
import sys

import uvicorn
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route

import state
from reloading import ReloadMiddleware


async def index(request):
    return JSONResponse([__name__, state.count(), "old"])


app = ReloadMiddleware(Starlette(routes=[Route("/old", index)]))

if __name__ == "__main__":
    uvicorn.run(app, port=int(sys.argv[1]))
"""
STATE = """
hits = 0


def count():
    global hits
    hits += 1
    return hits
"""


def test_a_script_is_executed_again_as_multiprocessing_does_it(tmp_path: Path) -> None:
    (tmp_path / "main.py").write_text(MAIN)
    (tmp_path / "state.py").write_text(STATE)
    port = free_port()
    command = [sys.executable, "main.py", str(port)]
    process = subprocess.Popen(command, cwd=tmp_path, env=clean_environment(ENVIRONMENT))
    try:
        wait_until_listening(port, process)
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:
            assert client.get("/old").json() == ["__main__", 1, "old"]
            for old, new, name in (('"/old"', '"/new"', "__mp_main__"), ('"old"', '"new"', "__mp_main__")):
                text = (tmp_path / "main.py").read_text().replace(old, new)
                (tmp_path / "main.py").write_text(text)
                outcome = client.post("/__test__/apply", json=[[str(tmp_path / "main.py"), "modified"]]).json()
                assert outcome["rung"] in {"re-execute", "patch"}, outcome
                assert client.get("/new").json()[0] == name
            assert client.get("/old").status_code == 404
            assert client.get("/new").json() == ["__mp_main__", 4, "new"]
    finally:
        process.kill()
        process.wait()
