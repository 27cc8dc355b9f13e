"""The command on a real terminal: the block at the start, keys, a debugger, and the end of it all."""

from __future__ import annotations

import os
import signal
from textwrap import dedent
from typing import TYPE_CHECKING

import httpx
import psutil
import pytest

from tests.servers import free_port

from .terminals import terminal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from .terminals import Screen

pytestmark = pytest.mark.timeout(120)

APP = """
import os

async def app(scope, receive, send):
    if scope["type"] != "http":
        raise RuntimeError
    text = str(os.getpid())
    if scope["path"] == "/ask":
        try:
            text = input("your name? ")
        except (OSError, EOFError) as error:
            text = type(error).__name__
    if scope["path"] == "/stop":
        breakpoint()
        text = "after the debugger"
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/plain")]})
    await send({"type": "http.response.body", "body": text.encode()})
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "main.py").write_text(dedent(APP))
    return tmp_path


@pytest.fixture
def port() -> int:
    return free_port()


def serving(
    folder: Path, port: int, *options: str, env: dict[str, str] | None = None
) -> AbstractContextManager[Screen]:
    return terminal(folder, ["-m", "asgi_reload", "--port", str(port), "--no-audit", *options], env)


@pytest.fixture
def screen(folder: Path, port: int) -> Iterator[Screen]:
    with serving(folder, port, "--no-access-log") as screen:
        screen.until("shows them")
        yield screen


def get(port: int, path: str = "/") -> str:
    return httpx.get(f"http://127.0.0.1:{port}{path}", timeout=30).text


def test_the_start_says_what_runs_where(folder: Path, port: int) -> None:
    with serving(folder, port, "--no-color") as screen:
        block = screen.until("shows them")

    assert "asgi-reload: found app in main.py; serving main:app\n" in block
    assert f"  url       http://127.0.0.1:{port}\n" in block
    assert "  mode      hot, a save changes the running app\n" in block
    assert "  watching  the project, 1 file\n" in block
    assert "\x1b[" not in block


@pytest.mark.parametrize(("env", "has_colors"), [({}, True), ({"NO_COLOR": "1"}, False), ({"NO_COLOR": ""}, True)])
def test_colours_are_shown_unless_somebody_minds(
    folder: Path, port: int, env: dict[str, str], has_colors: bool
) -> None:
    with serving(folder, port, env=env) as screen:
        assert ("\x1b[" in screen.until("shows them")) is has_colors


def test_r_brings_a_new_worker(screen: Screen, port: int) -> None:
    before = get(port)

    screen.type("r\n")
    screen.until("new worker (asked for)")

    assert get(port) != before


def test_u_shows_the_urls_and_h_the_keys(screen: Screen, port: int) -> None:
    screen.type("u\n")
    screen.until(f"http://127.0.0.1:{port}")
    screen.type("h\n")
    assert "a new worker" in screen.until("quit")
    screen.type("what?\n")
    screen.until("quit")


def test_p_lets_saves_wait(screen: Screen, folder: Path, port: int) -> None:
    screen.type("p\n")
    screen.until("paused: saves wait")
    (folder / "main.py").write_text(dedent(APP).replace("str(os.getpid())", "'anew'"))
    screen.type("u\n")
    screen.until(f":{port}")
    assert "patch" not in screen.shown

    screen.type("p\n")
    screen.until("goes on")
    screen.until("main.py: ")
    assert get(port) == "anew"


def test_o_opens_a_browser(folder: Path, port: int) -> None:
    with serving(folder, port, env={"BROWSER": "echo opened %s"}) as screen:
        screen.until("shows them")
        screen.type("o\n")
        screen.until(f"opened http://127.0.0.1:{port}")


def test_a_browser_is_opened_once_the_app_answers(folder: Path, port: int) -> None:
    with serving(folder, port, "--open", env={"BROWSER": "echo opened %s"}) as screen:
        screen.until(f"opened http://127.0.0.1:{port}")
        assert get(port).isdecimal()


@pytest.mark.parametrize("way", ["q\n", "\x04", "\x03"])
def test_q_and_the_ends_of_input_quit(screen: Screen, port: int, way: str) -> None:
    worker = int(get(port))

    screen.type(way)

    assert screen.ended() == 0
    assert not psutil.pid_exists(worker)


def test_a_breakpoint_in_a_handler_has_the_terminal_and_then_keys_work_again(screen: Screen, port: int) -> None:
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:
        with client.stream("GET", "/favicon.ico"):
            pass
        answers: list[str] = []
        import threading

        asking = threading.Thread(target=lambda: answers.append(client.get("/stop").text))
        asking.start()
        screen.until("(Pdb) ")
        screen.type("p scope['path']\n")
        screen.until("'/stop'")
        screen.until("(Pdb) ")
        screen.type("u\n")  # up, in the debugger; and no URL of ours
        assert "url" not in screen.until("(Pdb) ")
        screen.type("c\n")
        asking.join(20)
        assert answers == ["after the debugger"]

    screen.type("u\n")
    screen.until(f"http://127.0.0.1:{port}")


def test_a_worker_that_reads_the_terminal_gets_an_error_and_is_not_stopped(screen: Screen, port: int) -> None:
    assert get(port, "/ask") in ("OSError", "EOFError")
    assert get(port).isdigit()
    screen.type("h\n")
    screen.until("a new worker")


def test_a_debugger_that_dies_leaves_the_terminal_to_the_front(screen: Screen, port: int) -> None:
    worker = int(get(port))
    import threading

    asking = threading.Thread(target=lambda: httpx.get(f"http://127.0.0.1:{port}/stop", timeout=30))
    asking.start()
    screen.until("(Pdb) ")
    os.kill(worker, signal.SIGKILL)
    asking.join(20)
    screen.until("the worker has ended")

    screen.type("u\n")
    screen.until(f"http://127.0.0.1:{port}")


def test_a_terminal_that_hangs_up_ends_it_all(screen: Screen, port: int) -> None:
    worker = psutil.Process(int(get(port)))

    screen.hang_up()

    assert screen.process.wait(10) != 0
    psutil.wait_procs([worker], timeout=5)
    assert not worker.is_running() or worker.status() == psutil.STATUS_ZOMBIE


def test_a_busy_port_is_offered_the_next(folder: Path, port: int) -> None:
    with serving(folder, port) as first:
        first.until("shows them")
        with serving(folder, port) as second:
            asked = second.until("[Y/n]")
            assert f"port {port} is in use by asgi_reload --port" in asked
            second.type("y\n")
            second.until("http://127.0.0.1:")
            second.until("shows them")
            assert get(port).isdecimal()
