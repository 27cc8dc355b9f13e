"""What cannot be done is one clear line and exit code 2, from the real command; nothing of ours is a traceback."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
from textwrap import dedent
from typing import TYPE_CHECKING

import pytest

from tests.servers import clean_environment, free_port

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

pytestmark = pytest.mark.timeout(120)

MAIN = """
from starlette.applications import Starlette

app = Starlette()
nothing = None
router = {}

def wsgi(environ, start_response):
    return []

def create_app(settings):
    return app

def make():
    return app
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    project = tmp_path / "project"
    project.mkdir()
    (project / "main.py").write_text(dedent(MAIN))
    return project


def run(
    folder: Path, *arguments: str, env: Mapping[str, str] | None = None, timeout: float = 30
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "asgi_reload", *arguments],
        cwd=folder,
        env=clean_environment(env),
        capture_output=True,
        text=True,
        timeout=timeout,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
    )


def refused(folder: Path, *arguments: str, env: Mapping[str, str] | None = None) -> str:
    """The one line of a command that is refused before anything runs."""
    done = run(folder, *arguments, env=env)

    assert (done.returncode, done.stdout) == (2, "")
    (line,) = done.stderr.splitlines()
    assert line.startswith("asgi-reload: ")
    return line.removeprefix("asgi-reload: ")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ("mian:app", "there is no module mian in .*; did you mean 'main'"),
        ("main:ap", "main.py binds no ap; did you mean 'app'"),
        ("main.app", "did you mean 'main:app'"),
        ("main:app main:app", "/ is taken by main:app"),
        ("main:app --watch nowhere", "watch='nowhere': .*nowhere does not exist; correct it, or end it with /"),
        ("main:app --watch *.{a,b}", "braces are not expanded"),
        ("main:app --prefix reload", "--prefix='reload': expected an absolute path"),
        ("main:app --port 99999", "--port='99999': expected a port from 0 to 65,535"),
        ("main:app --warm-up a-b", "--warm-up=.*: expected names of modules"),
        ("main:app --hosts x", r"No such option '--hosts'\. \(?Did you mean"),
        ("main:app --port", "Option '--port' requires an argument"),
        ("main:app --host 0.0.0.0", "--host='0.0.0.0': other machines could reach it.*--allow-remote says"),
        ("main:app --host ::", "--host='::': other machines could reach it"),
        ("main:app --host no.such.host.invalid", "is no address of this machine"),
        ("main:app --host 192.0.2.1 --allow-remote", "cannot be listened at"),
        ("main:app --fd 99", "--fd=99: is no open socket"),
        ("main:app --fd 3 --uds a.sock", "--uds and --fd are two sockets"),
        ("main:app --uds nowhere/a.sock", "--uds='nowhere/a.sock': cannot be bound"),
        ("main:app --ssl-certfile nowhere.pem", "--ssl-certfile='nowhere.pem': cannot be read"),
        ("main:app --ssl-certfile main.py", "--ssl-certfile='main.py': is no certificate with its key"),
        ("main:app --ssl-keyfile main.py", "--ssl-keyfile='main.py': needs --ssl-certfile"),
        ("main:app --env-file .env", r"env_file='.*/\.env': cannot be read"),
        ("main:app --app-dir nowhere", "--app-dir='nowhere': .* is no directory"),
        ("main:app --allowed-hosts http://x", "allowed_hosts='http://x': give a host without scheme"),
        ("check main:ap", "main.py binds no ap"),
        ("check main:app --timeout soon", "--timeout='soon': expected a whole number of seconds"),
    ],
)
def test_what_cannot_be_is_one_line(folder: Path, arguments: str, words: str) -> None:
    assert re.search(words, refused(folder, *arguments.split()))


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ("prot = 9000", "unknown setting 'prot' in .tool.asgi-reload. of pyproject.toml; did you mean 'port'?"),
        ("wacth = 'app'", "did you mean 'watch'?"),
        ("port = 'http'", r"\[tool.asgi-reload\] port='http': expected a port"),
        ("mode = 'warm'", r"\[tool.asgi-reload\] mode='warm': expected 'hot', 'cold' or 'isolated'"),
        ("port = ", "pyproject.toml=.*cannot be read"),
    ],
)
def test_the_table_is_checked_before_anything_runs(folder: Path, table: str, words: str) -> None:
    (folder / "pyproject.toml").write_text(f"[tool.asgi-reload]\n{table}\n")
    assert re.search(words, refused(folder, "main:app"))


@pytest.mark.parametrize(
    ("env", "words"),
    [
        ({"ASGI_RELOAD_PROT": "1"}, "unknown setting 'prot' in the environment"),
        ({"ASGI_RELOAD_PORT": "http"}, "ASGI_RELOAD_PORT='http': expected a port"),
        ({"ASGI_RELOAD": "0"}, "switches reloading off"),
        ({"APP_ENV": "production"}, "APP_ENV=production says production.*--i-know-this-is-not-production"),
    ],
)
def test_the_environment_is_checked_before_anything_runs(folder: Path, env: dict[str, str], words: str) -> None:
    assert re.search(words, refused(folder, "main:app", env=env))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ("main:nothing", "nothing is None, which is no ASGI app"),
        ("main:router", "router is a dict, which is no ASGI app"),
        ("main:wsgi", "wsgi (the function wsgi) is a WSGI app; wrap it: pip install a2wsgi"),
        ("main:make", "make is the function make; if it makes the app, say --factory"),
        ("main:create_app --factory", "the factory create_app needs arguments (settings)"),
        ("main:app --factory", "app (a Starlette) is an app, and no factory; leave --factory out"),
    ],
)
@pytest.mark.parametrize("mode", ["--hot", "--cold"])
def test_what_only_a_worker_finds_out_ends_the_command_too(folder: Path, arguments: str, words: str, mode: str) -> None:
    done = run(folder, *arguments.split(), mode, "--port", str(free_port()))

    assert done.returncode == 2
    assert words in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr


def test_a_busy_port_says_who_has_it_and_which_is_free(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", free_port())) as taken:
        port = taken.getsockname()[1]
        line = refused(folder, "main:app", "--port", str(port))

    assert re.fullmatch(rf"port {port} is in use by .*\(pid \d+\); --port \d+ is free", line)


def test_without_an_app_the_places_are_named(tmp_path: Path) -> None:
    assert "no app is named, and none found in main.py, app.py" in refused(tmp_path)


def test_a_missing_extra_is_one_line_with_its_remedy(folder: Path, tmp_path: Path) -> None:
    # As where only the core is installed.
    (tmp_path / "sitecustomize.py").write_text("import sys\nsys.modules['rich'] = None\n")
    paths = ":".join([str(tmp_path), *filter(None, [clean_environment().get("PYTHONPATH")])])

    line = refused(folder, "main:app", env={"PYTHONPATH": paths})

    assert line == "the command needs rich, which is not installed: pip install 'asgi-reload[cli]'"


def test_help_and_version_are_no_errors(folder: Path) -> None:
    helped, version = run(folder, "--help"), run(folder, "--version")

    assert (helped.returncode, version.returncode) == (0, 0)
    assert "--watch-ignore PATH|GLOB" in helped.stdout
    assert re.fullmatch(r"asgi-reload \d+\.\d+\.\S+\n", version.stdout)
