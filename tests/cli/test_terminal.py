"""`breakpoint()` in a worker, on a real terminal that belongs to the front."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.servers import clean_environment

from .terminals import terminal

if TYPE_CHECKING:
    from pathlib import Path

FRONT = """
import os, subprocess, sys

worker = subprocess.Popen([sys.executable, "worker.py", str(os.getpgrp())], process_group=0, stdin={stdin})
print("worker ended with", worker.wait())
print("the front has the terminal:", os.tcgetpgrp(0) == os.getpgrp())
print("typed to the front:", input())
"""
WORKER = """
import asyncio, sys, threading
from concurrent.futures import ThreadPoolExecutor

from asgi_reload.terminal import install

install(int(sys.argv[1]))

def handler(x):
    breakpoint({arguments})
    return x + 1

async def main():
    print("handled", {call})

asyncio.run(main())
"""
IN_THE_LOOP = "handler(41)"
IN_A_THREAD = "await asyncio.to_thread(handler, 41)"


def lay(folder: Path, *, call: str = IN_THE_LOOP, stdin: str = "None", arguments: str = "") -> None:
    (folder / "front.py").write_text(FRONT.format(stdin=stdin))
    (folder / "worker.py").write_text(WORKER.format(call=call, arguments=arguments))


@pytest.mark.parametrize("stdin", ["None", "subprocess.DEVNULL"])
@pytest.mark.parametrize("call", [IN_THE_LOOP, IN_A_THREAD])
def test_a_breakpoint_gets_the_terminal_and_gives_it_back(tmp_path: Path, call: str, stdin: str) -> None:
    lay(tmp_path, call=call, stdin=stdin)

    with terminal(tmp_path, ["front.py"]) as screen:
        assert "in handler" in screen.until("(Pdb) ") or "handler()" in screen.shown
        screen.type("p x\n")
        assert "41" in screen.until("(Pdb) ")
        screen.type("n\n")
        screen.until("(Pdb) ")
        screen.type("p x * 2\n")
        assert "82" in screen.until("(Pdb) ")
        screen.type("c\n")
        screen.until("handled 42")
        screen.until("the front has the terminal: True")
        screen.type("hello\n")
        screen.until("typed to the front: hello")
        assert screen.ended() == 0


def test_it_stops_in_the_line_of_the_user_and_not_in_ours(tmp_path: Path) -> None:
    lay(tmp_path, arguments="header='here it is'")

    with terminal(tmp_path, ["front.py"]) as screen:
        seen = screen.until("(Pdb) ")
        assert "here it is" in seen
        assert "worker.py(" in seen and "handler()" in seen
        assert "terminal.py" not in seen
        screen.type("c\n")
        screen.until("handled 42")


@pytest.mark.parametrize("value", ["0"])
def test_breakpoints_can_be_switched_off(tmp_path: Path, value: str) -> None:
    lay(tmp_path)

    with terminal(tmp_path, ["front.py"], {"PYTHONBREAKPOINT": value}) as screen:
        screen.until("handled 42")
        assert "Pdb" not in screen.shown


def test_another_debugger_has_the_terminal_while_it_is_called(tmp_path: Path) -> None:
    lay(tmp_path)
    (tmp_path / "other.py").write_text("def stop(): print('told:', input('other> '))\n")

    with terminal(tmp_path, ["front.py"], {"PYTHONBREAKPOINT": "other.stop"}) as screen:
        screen.until("other> ")
        screen.type("hello\n")
        screen.until("told: hello")
        screen.until("handled 42")
        screen.until("the front has the terminal: True")


def test_without_a_terminal_a_breakpoint_says_so_and_goes_on(tmp_path: Path) -> None:
    lay(tmp_path)
    done = subprocess.run(
        [sys.executable, "worker.py", "1"],
        cwd=tmp_path,
        env=clean_environment(),
        capture_output=True,
        text=True,
        timeout=20,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
    )

    assert done.stdout == "handled 42\n"
    assert done.stderr == "asgi-reload: breakpoint() is passed over: no terminal is in front of this server\n"
