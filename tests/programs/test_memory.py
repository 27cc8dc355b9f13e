"""A module that is executed anew again and again leaves nothing behind: no namespace, no task, no thread, no file.

`ASGI_RELOAD_RELOADS` says how often; the bound holds for 1,000 as for the few that a test run has time for.
"""

from __future__ import annotations

import os
import sys
import time
from textwrap import dedent
from typing import TYPE_CHECKING, Any

import pytest

from .running import Program, Zygote

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

RELOADS = int(os.environ.get("ASGI_RELOAD_RELOADS", "12"))
WARM_UP = min(100, RELOADS // 2)
GROWTH = 600  # objects, over all reloads: less than one of the app's generations has
DEADLINE = 30.0
MAIN = """
from contextlib import asynccontextmanager

from fastapi import Depends, FastAPI, WebSocket
from pydantic import BaseModel

import census
from reloading import ReloadMiddleware

NUMBER = 0


class Item(BaseModel):
    name: str = "n0"
    tags: list[str] = []


class Page(BaseModel):
    items: list[Item]


@asynccontextmanager
async def lifespan(app):
    with open(__file__) as file:
        app.state.file = file
        yield


app = FastAPI(title="n0", lifespan=lifespan)


def user(name: str = "n0") -> str:
    return name


def add(number: int) -> None:
    @app.get(f"/items/{number}", response_model=Page)
    async def read(by: str = Depends(user)):
        return Page(items=[Item()])

    @app.post(f"/items/{number}")
    def write(item: Item, by: str = Depends(user)) -> Item:
        return item


for number in range(8):
    add(number)


@app.websocket("/ws")
async def talk(socket: WebSocket):
    await socket.accept()


@app.get("/census")
async def count():
    return census.take()


@app.get("/")
def index():
    return NUMBER


app = ReloadMiddleware(app)
"""
CENSUS = """
import asyncio
import gc
import os
import threading
from types import FunctionType


def take():
    gc.collect()
    objects = gc.get_objects()
    functions = [one for one in objects if type(one) is FunctionType and one.__module__ == "main"]
    return {
        "generations": sorted({one.__globals__["NUMBER"] for one in functions if "NUMBER" in one.__globals__}),
        "objects": len(objects),
        "tasks": len(asyncio.all_tasks()),
        "threads": threading.active_count(),
        "files": len(os.listdir("/proc/self/fd")),
    }
"""


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Program]:
    folder = tmp_path / "project"
    folder.mkdir()
    for name, text in {"main.py": MAIN, "census.py": CENSUS}.items():
        (folder / name).write_text(dedent(text).lstrip("\n"))

    forking = Zygote()
    with forking.running(folder) as running:
        yield running
    forking.close()


def reload(program: Program, number: int) -> None:
    path = program.folder / "main.py"
    path.write_text(MAIN.lstrip("\n").replace("n0", f"n{number}").replace("NUMBER = 0", f"NUMBER = {number}"))
    outcome = program.client.post("/__test__/apply", json=[[str(path), "modified"]]).json()
    assert outcome["rung"] == "re-execute", outcome
    if number % 10 == 0:
        assert program.client.get("/").json() == number
        assert program.client.get("/items/3").json()["items"][0]["name"] == f"n{number}"
        assert program.client.get("/openapi.json").json()["info"]["title"] == f"n{number}"


def census_when_quiet(program: Program) -> dict[str, Any]:
    deadline = time.monotonic() + DEADLINE
    program.client.get("/")  # a thread of the pool is there in any case
    census: dict[str, Any] = program.client.get("/census").json()

    while time.monotonic() < deadline and len(census["generations"]) > 2:
        census = program.client.get("/census").json()
    return census


@pytest.mark.timeout(60 + 3 * RELOADS)
def test_reloads_of_one_module_leave_nothing_behind(program: Program) -> None:
    for number in range(1, WARM_UP + 1):
        reload(program, number)
    before = census_when_quiet(program)
    began = time.monotonic()
    for number in range(WARM_UP + 1, RELOADS + 1):
        reload(program, number)

    each = (time.monotonic() - began) / (RELOADS - WARM_UP)
    after = census_when_quiet(program)
    sys.stdout.write(f"{RELOADS} reloads, {each * 1000:.0f} ms each: {before}, then {after}\n")
    # The server holds the middleware that it was given, and that one the first app.
    assert after["generations"] == [0, RELOADS]
    assert after["objects"] - before["objects"] < GROWTH
    for kind in ("tasks", "threads", "files"):
        assert after[kind] <= before[kind], kind
