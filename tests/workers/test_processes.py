"""Workers that are processes: how they come to be, how they end, and that nothing is left of them."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from typing import TYPE_CHECKING, Any

import psutil
import pytest

from asgi_reload.workers.processes import Spawning, Standby

from .conftest import LOOPS
from .kit import ENTRY, ROOT, closing, is_alive, launch, own_children, until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from asgi_reload.workers.launching import Launcher

pytestmark = pytest.mark.anyio

GRANDCHILD = """
import subprocess, sys
deaf = "import signal; signal.signal(15, signal.SIG_IGN); print(1, flush=True); signal.pause()"
child = subprocess.Popen([sys.executable, "-c", deaf], stdout=subprocess.PIPE)
child.stdout.read(1)
say(child=child.pid)
"""
WAIT = "import signal; signal.pause()"


@pytest.fixture
def anyio_backend() -> tuple[str, dict[str, bool]]:
    """The loop that takes more care; the channel's own tests are for both."""
    return "asyncio", {"use_uvloop": LOOPS[-1]}


@pytest.fixture
def third_party(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of modules that are installed, as it were."""
    folder = tmp_path / "installed"
    folder.mkdir()
    monkeypatch.setenv("PYTHONPATH", f"{ROOT}{os.pathsep}{folder}")
    (folder / "threaded.py").write_text(
        "import threading\nthreading.Thread(target=threading.Event().wait, daemon=True).start()"
    )
    return folder


@pytest.fixture(params=["spawned", "forked", "became"])
async def launcher(request: pytest.FixtureRequest, third_party: Path) -> AsyncIterator[Launcher]:
    """The same worker in every way: a Python of its own, a fork of the standby, what was the standby."""
    async with closing(Spawning(ENTRY) if request.param == "spawned" else Standby(ENTRY)) as launcher:
        await launcher.warm_up(["threaded"] if request.param == "became" else ["colorsys"])
        yield launcher


@pytest.fixture
async def standby(third_party: Path) -> AsyncIterator[Standby]:
    launcher = Standby(ENTRY)
    async with closing(launcher):
        yield launcher


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("", "exit code 0"),
        ("code = 3", "exit code 3"),
        ("import sys; sys.exit(4)", "exit code 4"),
        ("raise LookupError('no')", "exit code 1"),
        ("import os; os._exit(5)", "exit code 5"),
        ("import ctypes; ctypes.string_at(0)", "SIGSEGV (segmentation fault)"),
        ("import os; os.abort()", "SIGABRT (aborted)"),
        ("import os; os.kill(os.getpid(), 9)", "SIGKILL (out of memory?)"),
    ],
)
async def test_an_end_is_told_in_words(launcher: Launcher, code: str, words: str) -> None:
    worker = await launch(launcher, code)

    assert await worker.end() == words


async def test_a_worker_leads_a_group_of_its_own_in_the_session_of_the_terminal(launcher: Launcher) -> None:
    worker = await launch(launcher, WAIT)

    assert worker.facts["pid"] == worker.facts["group"] == worker.life.pid
    assert worker.facts["session"] == os.getsid(0)

    worker.life.terminate()
    assert await worker.end() == "SIGTERM (sent by asgi-reload)"


async def test_a_worker_that_ignores_sigterm_is_killed_with_its_grandchildren(launcher: Launcher) -> None:
    worker = await launch(
        launcher, f"import signal; signal.signal(15, lambda *_: say(deaf=True))\n{GRANDCHILD}\n{WAIT}\n{WAIT}"
    )
    child = (await worker.peer.next())["child"]

    worker.life.terminate()
    assert await worker.peer.next() == {"deaf": True}
    worker.life.kill()

    assert await worker.end() == "SIGKILL (sent by asgi-reload)"
    await until(lambda: not is_alive(child))


async def test_what_a_worker_started_does_not_outlive_it(launcher: Launcher) -> None:
    worker = await launch(launcher, f"{GRANDCHILD}\nimport os; os._exit(0)")
    child = (await worker.peer.next())["child"]

    assert await worker.end() == "exit code 0"
    await until(lambda: not is_alive(child))


async def test_surroundings_come_with_the_launch(launcher: Launcher, tmp_path: Path) -> None:
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
    assert facts["path"].count(str(ROOT)) == 1
    assert str(tmp_path) not in facts["path"]
    assert facts["argv"] == config["argv"]


async def test_a_worker_is_no_different_for_having_been_forked(launcher: Launcher) -> None:
    first = await launch(launcher)
    second = await launch(launcher)

    assert first.facts["random"] != second.facts["random"]
    assert first.facts["frozen"] == second.facts["frozen"] == 0
    # The control, and what binds it to the front.
    assert first.facts["descriptors"] == second.facts["descriptors"] == ["pipe", "socket"]


async def test_a_launch_takes_the_control_socket(launcher: Launcher) -> None:
    ours, theirs = socket.socketpair()
    with ours:
        life = await launcher.launch(theirs, {"do": ""})
        await life.ended()

        assert theirs.fileno() == -1
        ours.setblocking(False)
        while await asyncio.get_running_loop().sock_recv(ours, 65536):
            pass


async def test_workers_are_forked_from_a_standby_that_has_the_modules(standby: Standby) -> None:
    await standby.warm_up(["colorsys"])
    worker = await launch(standby)

    assert worker.facts["parent"] == standby.status()["pid"]
    assert "colorsys" in worker.facts["modules"]


async def test_a_launch_does_not_wait_for_a_warm_up(standby: Standby, third_party: Path) -> None:
    os.mkfifo(third_party / "gate")
    (third_party / "slow.py").write_text(f"open({str(third_party / 'gate')!r}).read()")
    warming = asyncio.create_task(standby.warm_up(["slow"]))
    worker = await launch(standby)

    assert worker.facts["parent"] == os.getpid()
    assert not warming.done()

    await asyncio.to_thread((third_party / "gate").write_text, "now")
    await warming
    assert "slow" in (await launch(standby)).facts["modules"]


async def test_a_standby_with_a_thread_becomes_the_worker_and_is_replaced(standby: Standby) -> None:
    await standby.warm_up(["colorsys", "threaded"])
    before = standby.status()
    worker = await launch(standby)

    assert before["threads"] == {"threaded": 2}
    assert "2 threads" in before["why"]
    assert worker.life.pid == before["pid"]

    await until(lambda: standby.status()["pid"] not in {None, before["pid"]})
    assert (await launch(standby)).life.pid != before["pid"]


async def test_a_thread_that_starts_late_is_noticed_at_the_launch(standby: Standby, third_party: Path) -> None:
    (third_party / "late.py").write_text(
        "import signal, threading\n"
        "signal.signal(10, lambda *_: threading.Thread(target=threading.Event().wait, daemon=True).start())"
    )
    await standby.warm_up(["late"])
    pid = standby.status()["pid"]
    assert not standby.status()["why"]
    os.kill(pid, signal.SIGUSR1)
    await until(lambda: psutil.Process(pid).num_threads() == 2)

    assert (await launch(standby)).life.pid == pid
    assert (await launch(standby)).life.pid != pid


async def test_modules_that_fail_are_passed_over_without_a_word(
    standby: Standby, third_party: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (third_party / "broken.py").write_text("1 / 0")
    (third_party / "leaving.py").write_text("import sys; sys.exit(3)")
    (third_party / "old.py").write_text("import warnings; warnings.warn('old', FutureWarning)")
    await standby.warm_up(["broken", "leaving", "missing", "old", "colorsys"])

    status = standby.status()
    assert status["failed"] == {
        "broken": "ZeroDivisionError: division by zero",
        "leaving": "SystemExit: 3",
        "missing": "ModuleNotFoundError: No module named 'missing'",
    }
    assert "colorsys" in (await launch(standby)).facts["modules"]
    assert capfd.readouterr() == ("", "")


async def test_a_standby_that_dies_of_its_modules_is_told_and_launches_go_on(
    standby: Standby, third_party: Path
) -> None:
    (third_party / "deadly.py").write_text("import ctypes; ctypes.string_at(0)")
    await standby.warm_up(["deadly"])

    assert standby.status()["trouble"] == "the standby did not survive its imports: SIGSEGV (segmentation fault)"
    assert (await launch(standby)).facts["parent"] == os.getpid()


async def test_another_warm_up_replaces_the_standby_and_leaves_its_workers(standby: Standby) -> None:
    await standby.warm_up(["colorsys"])
    first = standby.status()["pid"]
    worker = await launch(standby, WAIT)
    await standby.warm_up(["colorsys"])
    assert standby.status()["pid"] == first

    await standby.warm_up(["colorsys", "chunk" if sys.version_info < (3, 13) else "plistlib"])
    assert standby.status()["pid"] != first
    assert is_alive(worker.life.pid)

    worker.life.kill()
    assert await worker.end() == "SIGKILL (sent by asgi-reload)"
    await until(lambda: not psutil.pid_exists(first))


async def test_a_standby_is_warmed_in_the_environment_of_the_workers(standby: Standby, third_party: Path) -> None:
    (third_party / "reader.py").write_text("import os; colour = os.environ['COLOUR']")
    tell = "import sys; say(ahead='reader' in sys.modules); import reader; say(colour=reader.colour)"
    blue, red = ({**os.environ, "COLOUR": colour} for colour in ("blue", "red"))
    await launch(standby, env=blue)
    await standby.warm_up(["reader"])

    for env, expected in ((blue, {"ahead": True}), (red, {"ahead": False}), (red, {"ahead": True})):
        await standby.warm_up(["reader"])
        worker = await launch(standby, tell, env=env)
        assert await worker.peer.next() == expected
        assert await worker.peer.next() == {"colour": env["COLOUR"]}


async def test_launches_go_on_when_the_standby_is_killed(standby: Standby) -> None:
    await standby.warm_up(["colorsys"])
    first = standby.status()["pid"]
    orphan = await launch(standby, GRANDCHILD + WAIT)
    child = (await orphan.peer.next())["child"]

    os.kill(first, signal.SIGKILL)
    worker = await launch(standby)

    assert worker.facts["parent"] == os.getpid()
    assert is_alive(orphan.life.pid)
    await until(lambda: standby.status()["pid"] not in {None, first})
    assert (await launch(standby)).facts["parent"] == standby.status()["pid"]

    os.kill(orphan.life.pid, signal.SIGTERM)
    assert await orphan.end() == "ended (its standby had ended before)"
    await until(lambda: not is_alive(child))


async def test_close_leaves_nothing(launcher: Launcher) -> None:
    workers = [await launch(launcher, GRANDCHILD + WAIT) for _ in range(2)]
    children = [(await worker.peer.next())["child"] for worker in workers]
    await launcher.close()

    assert [await worker.end() for worker in workers] == ["SIGKILL (sent by asgi-reload)"] * 2
    assert own_children() == []
    await until(lambda: not any(map(is_alive, children)))


@pytest.mark.parametrize("kind", ["spawned", "forked"])
async def test_many_launches_leave_nothing(kind: str, third_party: Path) -> None:
    before = psutil.Process().num_fds()

    async with closing(Spawning(ENTRY) if kind == "spawned" else Standby(ENTRY)) as launcher:
        await launcher.warm_up([])
        steady = psutil.Process().num_fds()
        standby = psutil.Process(pid).num_fds() if (pid := launcher.status()["pid"]) else 0

        async def live() -> str:
            return await (await launch(launcher, "import os; os._exit(0)")).end()

        for _ in range(1 if kind == "spawned" else 20):
            assert await asyncio.gather(*[live() for _ in range(10)]) == ["exit code 0"] * 10

        await until(lambda: psutil.Process().num_fds() == steady)
        if pid:
            assert psutil.Process(pid).num_fds() == standby
            assert psutil.Process(pid).children() == []

    assert own_children() == []
    assert psutil.Process().num_fds() == before
