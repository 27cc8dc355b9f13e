"""The front is killed with -9, in the middle of whatever: all that it has launched goes with it."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from textwrap import dedent
from typing import TYPE_CHECKING

import psutil
import pytest

from asgi_reload.workers.interpreters import why_no_interpreters
from tests.servers import clean_environment

from .kit import DEADLINE, ROOT, is_alive

if TYPE_CHECKING:
    from pathlib import Path

FRONT = """
    import asyncio, json, sys
    from asgi_reload.workers.interpreters import Interpreters
    from asgi_reload.workers.processes import Spawning, Standby
    from tests.workers.kit import ENTRY, launch

    async def main(kind, do):
        launcher = {"spawned": Spawning, "interpreted": Interpreters}.get(kind, Standby)(ENTRY)
        await launcher.warm_up(["threaded"] if kind == "became" else ["colorsys"])
        worker = await launch(launcher, do)
        child = (await worker.peer.next())["child"]
        print(json.dumps([worker.life.pid, child, launcher.status()["pid"]]), flush=True)
        await asyncio.Event().wait()

    asyncio.run(main(*sys.argv[1:]))
"""
CHILD = "import subprocess; say(child=subprocess.Popen(['sleep', '1000']).pid)\n"
KINDS = ["spawned", "forked", "became"] + ([] if why_no_interpreters() else ["interpreted"])

BUSY = {
    "sleeping": "import time; time.sleep(1000)",
    "counting in C code that never lets another thread run": "sum(range(10 ** 12))",
    "deaf": "import signal, time; signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals()); time.sleep(1000)",
}


@pytest.mark.parametrize("busy", BUSY)
@pytest.mark.parametrize("kind", KINDS)
def test_nothing_outlives_the_front(kind: str, busy: str, tmp_path: Path) -> None:
    (tmp_path / "threaded.py").write_text(
        "import threading; threading.Thread(target=threading.Event().wait, daemon=True).start()"
    )
    (tmp_path / "front.py").write_text(dedent(FRONT))
    environment = clean_environment({"PYTHONPATH": f"{ROOT}:{tmp_path}"})
    command = [sys.executable, str(tmp_path / "front.py"), kind, CHILD + BUSY[busy]]

    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as front:
        assert front.stdout is not None
        pids = [pid for pid in json.loads(front.stdout.readline()) if pid]
        pids += [child.pid for child in psutil.Process(front.pid).children(recursive=True)]
        assert all(map(is_alive, pids))
        front.kill()

    deadline = time.monotonic() + DEADLINE
    while any(map(is_alive, pids)):
        assert time.monotonic() < deadline, f"{[pid for pid in pids if is_alive(pid)]} outlived the front"
        time.sleep(0.01)
