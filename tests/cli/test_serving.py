"""How the command listens, what it reads from where, and how it ends: as a child process, without a terminal."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from textwrap import dedent
from typing import TYPE_CHECKING

import httpx
import psutil
import pytest

from tests.servers import clean_environment, free_port, kill_group

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

pytestmark = pytest.mark.timeout(120)

DEADLINE_S = 20.0
NOISE_S = 1.0
"""What a machine that runs other tests beside may add."""
APP = """
import asyncio, json, os

async def app(scope, receive, send):
    if scope["type"] != "http":
        raise RuntimeError
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/plain")]})
    if scope["path"].endswith("/forever"):
        await send({"type": "http.response.body", "body": b"begun", "more_body": True})
        await asyncio.sleep(3600)
    said = {"pid": os.getpid(), "root": scope["root_path"], "scheme": scope["scheme"], "shop": os.environ.get("SHOP")}
    await send({"type": "http.response.body", "body": json.dumps(said).encode()})
"""


@dataclass
class Running:
    process: subprocess.Popen[bytes]
    log_path: Path

    def log(self) -> str:
        return self.log_path.read_text()

    def until(self, words: str) -> re.Match[str]:
        """Wait until the output matches."""
        deadline = time.monotonic() + DEADLINE_S
        while not (match := re.search(words, self.log())):
            assert self.process.poll() is None, f"it has ended:\n{self.log()}"
            assert time.monotonic() < deadline, f"{words!r} did not come:\n{self.log()}"
            time.sleep(0.02)
        return match

    def url(self) -> str:
        return self.until(r"url +(\S+)")[1]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    project = tmp_path / "project"
    project.mkdir()
    (project / "main.py").write_text(dedent(APP))
    return project


@contextmanager
def running(
    folder: Path, *arguments: str, env: Mapping[str, str] | None = None, fds: tuple[int, ...] = ()
) -> Iterator[Running]:
    log_path = folder.parent / "log"
    with log_path.open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "asgi_reload", *arguments],
            cwd=folder,
            env=clean_environment(env),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            pass_fds=fds,
        )
    try:
        yield Running(process, log_path)
    finally:
        children = psutil.Process(process.pid).children(recursive=True) if process.poll() is None else []
        kill_group(process)
        for child in children:
            if child.is_running():
                child.kill()


def test_any_free_port_is_named(folder: Path) -> None:
    with running(folder, "main:app", "--port", "0") as command:
        assert httpx.get(command.url(), timeout=20).json()["root"] == ""
        assert "keys" not in command.log()
        assert "\x1b[" not in command.log()


def test_localhost_is_both_its_addresses(folder: Path) -> None:
    port = free_port()
    with running(folder, "main:app", "--host", "localhost", "--port", str(port)) as command:
        command.url()
        hosts = {info[4][0] for info in socket.getaddrinfo("localhost", port, type=socket.SOCK_STREAM)}
        for host in hosts:
            name = f"[{host}]" if ":" in str(host) else host
            assert httpx.get(f"http://{name}:{port}", timeout=20).status_code == 200


def test_other_machines_are_let_in_by_name_and_the_start_says_what_they_get(folder: Path) -> None:
    options = ("--host", "0.0.0.0", "--allow-remote", "--port", "0")
    with running(folder, "main:app", *options) as command:
        assert command.url().startswith("http://127.0.0.1:")
        command.until("pages +other machines get the app; saves and tracebacks only this one")
    with running(folder, "main:app", *options, "--allowed-hosts", "dev.test") as command:
        command.until("pages +saves are told to this machine and to dev.test; tracebacks only here")


def test_a_unix_socket_serves_and_is_gone_in_the_end(folder: Path) -> None:
    place = folder / "a.sock"
    stale = socket.socket(socket.AF_UNIX)
    stale.bind(str(place))
    stale.close()

    with running(folder, "main:app", "--uds", "a.sock") as command:
        assert command.url() == "unix:a.sock"
        with httpx.Client(transport=httpx.HTTPTransport(uds=str(place)), timeout=20) as client:
            assert client.get("http://localhost/").status_code == 200
        command.process.send_signal(signal.SIGINT)
        assert command.process.wait(10) == 0

    assert not place.exists()


def test_a_socket_can_be_handed_over(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        fd = listener.fileno()
        with running(folder, "main:app", "--fd", str(fd), fds=(fd,)) as command:
            url = command.url()
            assert url.endswith(f":{listener.getsockname()[1]}")
            assert httpx.get(url, timeout=20).status_code == 200


def test_tls(folder: Path) -> None:
    make = "req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem -days 2 -subj /CN=localhost"
    subprocess.run(["openssl", *make.split()], cwd=folder, check=True, capture_output=True)
    options = ("--ssl-certfile", "cert.pem", "--ssl-keyfile", "key.pem", "--port", "0")

    with running(folder, "main:app", *options) as command:
        url = command.url()
        assert url.startswith("https://")
        assert httpx.get(url, timeout=20, verify=False).json()["scheme"] == "https"


def test_options_come_from_the_line_the_environment_and_the_table_in_that_order(folder: Path) -> None:
    (folder / "pyproject.toml").write_text(
        '[tool.asgi-reload]\napp = "main:app"\nmode = "isolated"\nport = 0\nroot-path = "/of-the-table"\n'
    )
    env = {"ASGI_RELOAD_MODE": "hot", "ASGI_RELOAD_ROOT_PATH": "/of-the-environment"}

    with running(folder, "--cold", env=env) as command:
        url = command.url()
        command.until("mode +cold")
        assert httpx.get(url, timeout=20).json()["root"] == "/of-the-environment"


def test_hot_switched_off_in_the_table_is_cold(folder: Path) -> None:
    (folder / "pyproject.toml").write_text("[tool.asgi-reload]\nhot = false\nport = 0\n")
    with running(folder) as command:
        command.until("mode +cold")


def test_several_apps_have_a_path_each(folder: Path) -> None:
    (folder / "admin.py").write_text((folder / "main.py").read_text().replace('"pid"', '"admin"'))

    with running(folder, "main:app", "/admin=admin.py", "--port", "0") as command:
        command.until("url +http://.*/admin  admin:app")
        assert "pid" in httpx.get(command.url(), timeout=20).json()
        answer = httpx.get(f"{command.url()}/admin/x", timeout=20).json()

    assert "admin" in answer and answer["root"] == "/admin"


def test_an_env_file_is_the_workers_and_a_save_of_it_a_new_one(folder: Path) -> None:
    (folder / ".env").write_text("SHOP=one\n")

    with running(folder, "main:app", "--env-file", ".env", "--port", "0") as command:
        url = command.url()
        assert httpx.get(url, timeout=20).json()["shop"] == "one"
        (folder / ".env").write_text("SHOP=two\n")
        command.until("new worker")
        assert httpx.get(url, timeout=20).json()["shop"] == "two"


def test_spellings_of_other_servers_work_and_say_so(folder: Path) -> None:
    (folder / "data").mkdir()
    options = ("--reload", "--reload-dir", ".", "--reload-include", "*.html", "--reload-exclude", "data/*")

    with running(folder, "main:app", *options, "--port", "0") as command:
        command.url()
        command.until("--reload is what asgi-reload does without being told")
        (folder / "data" / "a.html").write_text("x")
        (folder / "b.html").write_text("x")
        command.until(r"b\.html: ")
        assert "a.html" not in command.log()


def test_sighup_brings_a_new_worker(folder: Path) -> None:
    with running(folder, "main:app", "--port", "0") as command:
        url = command.url()
        before = httpx.get(url, timeout=20).json()["pid"]
        command.process.send_signal(signal.SIGHUP)
        command.until("new worker")
        assert httpx.get(url, timeout=20).json()["pid"] != before


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 0), (signal.SIGTERM, -signal.SIGTERM)])
def test_it_is_down_in_a_second_with_streams_open(folder: Path, number: signal.Signals, code: int) -> None:
    with running(folder, "main:app", "--port", "0") as command:
        with httpx.stream("GET", f"{command.url()}/forever", timeout=20) as stream:
            assert next(stream.iter_raw()) == b"begun"
            family = psutil.Process(command.process.pid).children(recursive=True)
            began = time.monotonic()
            command.process.send_signal(number)
            assert command.process.wait(10) == code
            took = time.monotonic() - began
        psutil.wait_procs(family, timeout=2)

    assert took < 1.0 + NOISE_S, command.log()
    assert "Traceback" not in command.log()
    assert not [one for one in family if one.is_running()]


def test_a_second_signal_ends_it_at_once(folder: Path) -> None:
    lasting = ("--timeout-graceful-shutdown", "60")
    with running(folder, "main:app", "--port", "0", *lasting) as command:
        with httpx.stream("GET", f"{command.url()}/forever", timeout=20) as stream:
            assert next(stream.iter_raw()) == b"begun"
            family = psutil.Process(command.process.pid).children(recursive=True)
            command.process.send_signal(signal.SIGTERM)
            time.sleep(0.2)  # as a person does: two signals at once are one
            began = time.monotonic()
            command.process.send_signal(signal.SIGTERM)
            code = command.process.wait(10)
            took = time.monotonic() - began
        psutil.wait_procs(family, timeout=3)

    assert code in (128 + signal.SIGTERM, -signal.SIGTERM)
    assert took < 1.0
    assert not [one for one in family if one.is_running()]
