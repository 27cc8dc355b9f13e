"""What happens around a save while the server is in use: requests in flight, WebSockets, steady traffic, retries."""

from __future__ import annotations

import threading
import time
from textwrap import dedent
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from websockets.sync.client import connect

from .running import Program, Zygote

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DEADLINE = 20.0
MAIN = """
import asyncio
import sqlite3
from contextlib import asynccontextmanager

from fastapi import FastAPI, WebSocket

import state
import texts
from reloading import ReloadMiddleware

log = []


@asynccontextmanager
async def lifespan(app):
    state.log.append("start " + app.title)
    yield
    state.log.append("stop " + app.title)


app = FastAPI(title="one", lifespan=lifespan)


@app.get("/")
async def index():
    return [app.title, texts.word(), app.title]


@app.get("/slow")
async def slow():
    state.began.set()
    title = app.title
    await asyncio.sleep(0.5)
    return [title, app.title]


@app.get("/log")
async def told():
    return state.log


@app.get("/rows")
async def rows():
    state.database.execute("insert into hits values (1)")
    return state.database.execute("select count(*) from hits").fetchone()[0]


@app.websocket("/ws")
async def talk(socket: WebSocket):
    await socket.accept()
    while True:
        await socket.receive_text()
        await socket.send_text(texts.word())


app = ReloadMiddleware(app)
"""
STATE = """
import asyncio
import sqlite3

log = []
began = asyncio.Event()
database = sqlite3.connect(":memory:")
database.execute("create table hits (n)")
"""
TEXTS = 'def word():\n    return "old"\n'


@pytest.fixture(scope="module")
def zygote() -> Iterator[Zygote]:
    forking = Zygote()
    yield forking
    forking.close()


@pytest.fixture
def program(zygote: Zygote, tmp_path: Path) -> Iterator[Program]:
    folder = tmp_path / "project"
    folder.mkdir()
    for name, text in {"main.py": MAIN, "state.py": STATE, "texts.py": TEXTS}.items():
        (folder / name).write_text(dedent(text).lstrip("\n"))

    with zygote.running(folder) as running:
        yield running


def save(program: Program, name: str, old: str, new: str) -> dict[str, Any]:
    path = program.folder / name
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
    outcome: dict[str, Any] = program.client.post("/__test__/apply", json=[[str(path), "modified"]]).json()
    return outcome


def test_a_request_in_flight_finishes_on_the_code_it_began_with(program: Program) -> None:
    answers: list[Any] = []
    asking = threading.Thread(target=lambda: answers.append(httpx.get(f"{program.client.base_url}/slow").json()))
    asking.start()
    time.sleep(0.3)  # older than what a swap waits for

    outcome = save(program, "main.py", 'title="one"', 'title="two"')
    assert outcome["rung"] == "re-execute"
    assert program.client.get("/").json() == ["two", "old", "two"]
    asking.join(DEADLINE)
    assert answers == [["one", "one"]]


def test_the_old_lifespan_ends_after_the_new_one_has_begun(program: Program) -> None:
    save(program, "main.py", 'title="one"', 'title="two"')
    deadline = time.monotonic() + DEADLINE

    while (log := program.client.get("/log").json())[-1] != "stop one" and time.monotonic() < deadline:
        pass
    assert log == ["start one", "start two", "stop one"]


def test_an_open_websocket_lives_through_a_patch_and_says_what_is_new(program: Program) -> None:
    with connect(f"ws://{program.client.base_url.netloc.decode()}/ws") as socket:
        socket.send("?")
        assert socket.recv(DEADLINE) == "old"
        assert save(program, "texts.py", '"old"', '"new"')["rung"] == "patch"
        socket.send("?")
        assert socket.recv(DEADLINE) == "new"


def test_an_open_websocket_lives_through_the_execution_of_another_module(program: Program) -> None:
    with connect(f"ws://{program.client.base_url.netloc.decode()}/ws") as socket:
        socket.send("?")
        assert socket.recv(DEADLINE) == "old"
        assert save(
            program, "texts.py", 'def word():\n    return "old"', 'print(1)\n\n\ndef word():\n    return "new"'
        )["modules"] == ["texts"]
        socket.send("?")
        assert socket.recv(DEADLINE) == "new"


def test_a_method_follows_its_text_after_another_one_was_added_beside_it(program: Program) -> None:
    text = "class Words:\n    def one(self):\n        return word()\n"
    save(program, "texts.py", TEXTS, f"{TEXTS}\n\n{text}")
    save(program, "main.py", "texts.word()", "texts.Words().one()")
    assert program.client.get("/").json()[1] == "old"
    assert save(program, "texts.py", text, f"{text}\n    def two(self):\n        return 2\n")["rung"] == "patch"
    assert save(program, "texts.py", "return word()", "return word().upper()")["rung"] == "patch"
    assert program.client.get("/").json()[1] == "OLD"


def test_a_database_handle_in_another_module_stays(program: Program) -> None:
    assert program.client.get("/rows").json() == 1
    assert save(program, "main.py", 'title="one"', 'title="two"')["modules"] == ["main"]
    assert program.client.get("/rows").json() == 2
    assert save(program, "texts.py", '"old"', '"new"')["rung"] == "patch"
    assert program.client.get("/rows").json() == 3


def test_no_request_fails_or_mixes_versions_while_saves_go_on(program: Program) -> None:
    stop = threading.Event()
    seen: list[tuple[int, Any]] = []

    def traffic() -> None:
        with httpx.Client(base_url=program.client.base_url, timeout=30) as client:
            while not stop.is_set():
                answer = client.get("/")
                seen.append((answer.status_code, answer.json()))

    threads = [threading.Thread(target=traffic) for _ in range(2)]
    for thread in threads:
        thread.start()
    try:
        for number in range(8):
            save(program, "main.py", f"title={_title(number)}", f"title={_title(number + 1)}")
            assert program.client.get("/").json()[0] == _title(number + 1).strip('"')
            save(program, "texts.py", _word(number), _word(number + 1))
            assert program.client.get("/").json()[1] == _word(number + 1).strip('"')
    finally:
        stop.set()
        for thread in threads:
            thread.join(DEADLINE)

    assert seen
    assert {status for status, _ in seen} == {200}
    assert all(first == last for _, (first, _, last) in seen)


def _title(number: int) -> str:
    return '"one"' if number == 0 else f'"title {number}"'


def _word(number: int) -> str:
    return '"old"' if number == 0 else f'"word {number}"'


def test_a_save_that_failed_is_tried_again_with_the_next_one(program: Program) -> None:
    path = program.folder / "main.py"
    good = path.read_text()
    outcome = save(program, "main.py", "import texts\n", "import texts\nfrom texts import more\n")
    assert outcome["rung"] == "failed"
    assert program.client.get("/").json() == ["one", "old", "one"]

    outcome = save(program, "texts.py", "def word", "def more():\n    pass\n\n\ndef word")
    assert outcome["rung"] == "patch"
    assert "from texts import more" in path.read_text() != good


def test_going_back_to_what_was_there_is_nothing_to_do(program: Program) -> None:
    assert save(program, "main.py", 'title="one"', 'title="one')["rung"] == "failed"
    assert save(program, "main.py", 'title="one', 'title="one"')["rung"] == "nothing"
    assert program.client.get("/").json() == ["one", "old", "one"]


def test_a_chain_of_saves_equals_each_time_what_it_says(program: Program) -> None:
    for number in range(6):
        outcome = save(program, "texts.py", _word(number), _word(number + 1))
        assert outcome["rung"] == "patch"
        outcome = save(program, "main.py", f"title={_title(number)}", f"title={_title(number + 1)}")
        assert outcome["modules"] == ["main"]

    assert program.client.get("/").json() == ["title 6", "word 6", "title 6"]
