"""Workers that are interpreters: each fresh, the next one made ahead, and a process at hand when one does not end."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from typing import TYPE_CHECKING, Any

import psutil
import pytest

from asgi_reload.workers.interpreters import Interpreters, why_no_interpreters

from .kit import ENTRY, ROOT, closing, is_alive, launch, own_children, until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

pytestmark = [pytest.mark.anyio, pytest.mark.skipif(bool(why_no_interpreters()), reason=why_no_interpreters())]

UNTIL_CUT = "control.recv(1)"


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def third_party(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of modules that are installed, as it were."""
    folder = tmp_path / "installed"
    folder.mkdir()
    monkeypatch.setenv("PYTHONPATH", f"{ROOT}{os.pathsep}{folder}")
    return folder


@pytest.fixture
async def launcher(third_party: Path) -> AsyncIterator[Interpreters]:
    launcher = Interpreters(ENTRY)
    async with closing(launcher):
        yield launcher


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("", "exit code 0"),
        ("code = 3", "exit code 3"),
        ("import sys; sys.exit(4)", "exit code 4"),
        ("import sys; sys.exit('no')", "exit code 1"),
        ("raise LookupError('no')", "exit code 1"),
        ("import threading; threading.Thread(target=say, kwargs={'late': 1}).start()", "exit code 0"),
        ("import os; os._exit(5)", "exit code 5"),
        ("import ctypes; ctypes.string_at(0)", "SIGSEGV (segmentation fault)"),
    ],
)
async def test_an_end_is_told_in_words(launcher: Interpreters, code: str, words: str) -> None:
    worker = await launch(launcher, code)

    assert await worker.end() == words


async def test_lives_share_a_process_and_nothing_else(launcher: Interpreters) -> None:
    first = await launch(launcher, f"import sys; sys.leftover = 1; {UNTIL_CUT}")
    second = await launch(launcher, f"import sys; say(left=hasattr(sys, 'leftover')); {UNTIL_CUT}")

    assert first.facts["pid"] == second.facts["pid"] == first.life.pid == second.life.pid != os.getpid()
    assert await second.peer.next() == {"left": False}

    first.life.terminate()
    assert await first.end() == "exit code 0"
    second.life.terminate()
    assert await second.end() == "exit code 0"


async def test_surroundings_come_with_the_launch(launcher: Interpreters, tmp_path: Path) -> None:
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": os.environ["PYTHONPATH"], "COLOUR": "blue"}
    config: dict[str, Any] = {
        "env": env,
        "directory": str(tmp_path),
        "path": [str(tmp_path / "project"), str(ROOT)],
        "argv": ["asgi-reload", "main:app"],
    }
    facts = (await launch(launcher, **config)).facts

    assert facts["env"] == env
    assert facts["directory"] == str(tmp_path)
    assert facts["path"][:2] == config["path"]
    assert facts["argv"] == config["argv"]


async def test_the_next_one_has_its_modules_already(launcher: Interpreters, third_party: Path) -> None:
    (third_party / "broken.py").write_text("1 / 0")
    (third_party / "reader.py").write_text("import os; colour = os.environ['COLOUR']")
    blue, red = ({**os.environ, "COLOUR": colour} for colour in ("blue", "red"))
    tell = "import sys; say(ahead='reader' in sys.modules); import reader; say(colour=reader.colour)"
    await launch(launcher, env=blue)
    await launcher.warm_up(["broken", "reader"])
    assert launcher.status()["failed"] == {"broken": "ZeroDivisionError: division by zero"}

    for env, expected in ((blue, True), (red, False)):
        worker = await launch(launcher, tell, env=env)
        assert await worker.peer.next() == {"ahead": expected}
        assert await worker.peer.next() == {"colour": env["COLOUR"]}


async def test_a_launch_does_not_wait_for_a_warm_up(launcher: Interpreters, third_party: Path) -> None:
    os.mkfifo(third_party / "gate")
    (third_party / "slow.py").write_text(f"open({str(third_party / 'gate')!r}).read()")
    warming = asyncio.create_task(launcher.warm_up(["slow"]))
    worker = await launch(launcher)

    assert "slow" not in worker.facts["modules"]
    assert not warming.done()
    await launcher.close()
    await warming


async def test_one_that_does_not_end_is_given_up_and_its_process_ends_with_the_others(launcher: Interpreters) -> None:
    stuck = await launch(launcher, "while True: pass")
    serving = await launch(launcher, UNTIL_CUT)
    stuck.life.kill()

    assert "cannot be killed" in await stuck.end()
    fresh = await launch(launcher, UNTIL_CUT)
    assert fresh.life.pid != serving.life.pid
    assert is_alive(serving.life.pid)

    serving.life.terminate()
    assert await serving.end() == "exit code 0"
    await until(lambda: not is_alive(serving.life.pid))
    assert is_alive(fresh.life.pid)


async def test_one_that_ends_when_it_is_cut_costs_no_process(launcher: Interpreters) -> None:
    first = await launch(launcher, UNTIL_CUT)
    first.life.kill()

    assert await first.end() == "exit code 0"
    assert (await launch(launcher)).life.pid == first.life.pid


async def test_all_of_a_process_end_with_it(launcher: Interpreters) -> None:
    workers = [await launch(launcher, UNTIL_CUT) for _ in range(2)]
    await launcher.warm_up(["colorsys"])
    os.kill(workers[0].life.pid, signal.SIGKILL)

    assert [await worker.end() for worker in workers] == ["SIGKILL (out of memory?)"] * 2
    assert (await launch(launcher)).life.pid != workers[0].life.pid
    await launcher.warm_up(["colorsys"])
    assert "colorsys" in (await launch(launcher)).facts["modules"]


async def test_extensions_that_refuse_are_named(launcher: Interpreters) -> None:
    said = await launcher.preflight(["jinja2", "fastapi", "watchfiles"])

    assert said == (
        "pydantic_core._pydantic_core, watchfiles._rust_notify do not load in a subinterpreter; "
        "workers are processes instead."
    )
    assert await launcher.preflight(["jinja2", "starlette.applications", "missing"]) == ""


async def test_many_launches_leave_nothing(launcher: Interpreters) -> None:
    before = psutil.Process().num_fds()
    await launcher.warm_up([])
    pid = launcher.status()["pid"]
    host = psutil.Process(pid)
    await (await launch(launcher)).end()
    await launcher.warm_up([])
    steady = psutil.Process().num_fds()

    for _ in range(6):
        assert await (await launch(launcher)).end() == "exit code 0"
    await launcher.warm_up(["sys"])

    await until(lambda: host.num_threads() <= 2 and host.num_fds() <= 7)
    await until(lambda: psutil.Process().num_fds() == steady)
    await launcher.close()
    assert psutil.Process().num_fds() <= before
    assert own_children() == []


async def test_a_launch_takes_the_control_socket(launcher: Interpreters) -> None:
    ours, theirs = socket.socketpair()
    with ours:
        await (await launcher.launch(theirs, {"do": ""})).ended()

        assert theirs.fileno() == -1
        ours.setblocking(False)
        while await asyncio.get_running_loop().sock_recv(ours, 65536):
            pass
