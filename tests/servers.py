"""Real ASGI servers as child processes, on a free loopback port, started and ended by the test that wants one."""

from __future__ import annotations

import os
import random
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

COMMANDS: dict[str, tuple[str, ...]] = {
    "uvicorn-httptools": (
        "uvicorn",
        "main:app",
        "--http",
        "httptools",
        "--host",
        "127.0.0.1",
        "--port",
        "{port}",
    ),
    "uvicorn-h11": ("uvicorn", "main:app", "--http", "h11", "--host", "127.0.0.1", "--port", "{port}"),
    "hypercorn-asyncio": ("hypercorn", "main:app", "-k", "asyncio", "--bind", "127.0.0.1:{port}"),
    "hypercorn-trio": ("hypercorn", "main:app", "-k", "trio", "--bind", "127.0.0.1:{port}"),
    "granian": ("granian", "main:app", "--interface", "asgi", "--host", "127.0.0.1", "--port", "{port}"),
    "daphne": ("daphne", "-b", "127.0.0.1", "-p", "{port}", "main:app"),
}
OUR_COMMANDS: dict[str, tuple[str, ...]] = {
    "asgi-reload": ("asgi_reload", "main:app", "--port", "{port}"),
    "asgi-reload, told by a file": ("asgi_reload",),
    "asgi-reload with workers that lie": ("tests.command.lying_front", "--port", "{port}"),
}
START_DEADLINE = 20.0
FIRST_PORT = 12_000
PORTS = 2_000
STOP_DEADLINE = 15.0


@dataclass
class Server:
    """A running server: where it answers, its process, and what it printed."""

    port: int
    process: subprocess.Popen[bytes]
    log_path: Path

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def log(self) -> str:
        return self.log_path.read_text(errors="replace")

    def terminate(self) -> float:
        """Ask it to stop, as a process manager does; the seconds it took."""
        started = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(STOP_DEADLINE)
        return time.monotonic() - started


def free_port() -> int:
    """A port that nobody listens at, of this test worker's own range: another one's server may be on its way to it.

    Below those that the system hands out to clients.
    """
    first = FIRST_PORT + PORTS * int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))

    for port in random.sample(range(first, first + PORTS), PORTS):
        with socket.socket() as listener, suppress(OSError):
            listener.bind(("127.0.0.1", port))
            return port

    raise RuntimeError(f"no port is free between {first} and {first + PORTS}")


def clean_environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment of a developer's shell: nothing of the test runner, nothing of ours."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PYTEST", "ASGI_RELOAD")) and k != "CI"}
    return {**kept, "PYTHONUNBUFFERED": "1", **(extra or {})}


def wait_until_listening(port: int, process: subprocess.Popen[bytes] | None = None) -> None:
    deadline = time.monotonic() + START_DEADLINE

    while time.monotonic() < deadline:
        if process is not None and process.poll() is not None:
            raise RuntimeError(f"the server ended with {process.returncode} before it listened")
        with socket.socket() as probe:
            probe.settimeout(0.2)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)

    raise TimeoutError(f"nothing listens on {port} after {START_DEADLINE} s")


@contextmanager
def serving(
    folder: Path,
    server: str = "uvicorn-httptools",
    *,
    app: str = "main:app",
    extra: Sequence[str] = (),
    env: Mapping[str, str] | None = None,
    port: int | None = None,
) -> Iterator[Server]:
    """Serve an app of a folder; killed with its whole process group at the end, whatever the test did."""
    port = port or free_port()
    command = [part.replace("main:app", app).format(port=port) for part in (COMMANDS | OUR_COMMANDS)[server]]
    log_path = folder.parent / f"{folder.name}-{port}.log"

    with log_path.open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", *command, *extra],
            cwd=folder,
            env=clean_environment(env),
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        wait_until_listening(port, process)
        yield Server(port, process, log_path)
    except BaseException:
        sys.stderr.write(log_path.read_text(errors="replace"))
        raise
    finally:
        kill_group(process)


def kill_group(process: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)

    process.wait(STOP_DEADLINE)
