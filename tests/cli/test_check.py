"""`asgi-reload check`: for CI and pre-commit."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from .test_bad_input import run

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.timeout(120)

APP = """
from contextlib import asynccontextmanager
from starlette.applications import Starlette
from starlette.routing import Route
{at_import}

@asynccontextmanager
async def lifespan(app):
    {at_start}
    yield
    {at_stop}

app = Starlette(routes=[Route("/", lambda request: None), Route("/b", lambda request: None)], lifespan=lifespan)
"""


def lay(folder: Path, at_import: str = "", at_start: str = "pass", at_stop: str = "pass") -> None:
    (folder / "main.py").write_text(APP.format(at_import=at_import, at_start=at_start, at_stop=at_stop))


def test_a_good_app_is_reported_and_exits_with_0(tmp_path: Path) -> None:
    lay(tmp_path, at_start="open('started', 'w').close()", at_stop="open('stopped', 'w').close()")

    done = run(tmp_path, "check")

    assert done.returncode == 0
    words = r"asgi-reload: main:app is fine: imported in \d+ ms, 2 routes, lifespan ok in \d+ ms\n"
    assert re.fullmatch(words, done.stderr)
    assert (tmp_path / "started").exists() and (tmp_path / "stopped").exists()


def test_an_app_without_a_lifespan_is_good_too(tmp_path: Path) -> None:
    (tmp_path / "main.py").write_text("async def app(scope, receive, send):\n    assert scope['type'] == 'http'\n")
    assert run(tmp_path, "check", "main:app").stderr.endswith("ms, no lifespan\n")


@pytest.mark.parametrize("place", ["at_import", "at_start", "at_stop"])
def test_an_app_that_fails_is_reported_and_exits_with_1(tmp_path: Path, place: str) -> None:
    lay(tmp_path, **{place: "1 / 0"})

    done = run(tmp_path, "check", "main:app")

    assert done.returncode == 1
    assert done.stderr.startswith("asgi-reload: main:app fails: ZeroDivisionError: division by zero")
    assert "main.py" in done.stderr
    assert "asgi_reload/" not in done.stderr


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("import ctypes; ctypes.string_at(0)", "main:app ended its process: signal SIGSEGV"),
        ("import os; os._exit(7)", "main:app ended its process: exit code 7"),
        ("raise SystemExit(3)", "main:app fails: SystemExit: 3"),
    ],
)
def test_an_import_that_ends_the_process_is_reported(tmp_path: Path, code: str, words: str) -> None:
    lay(tmp_path, at_import=code)

    done = run(tmp_path, "check", "main:app")

    assert done.returncode == 1
    assert words in done.stderr


def test_an_app_that_hangs_is_ended_with_all_that_it_started(tmp_path: Path) -> None:
    lay(tmp_path, at_import="import subprocess; subprocess.run(['sleep', '60'])")

    done = run(tmp_path, "check", "main:app", "--timeout", "1", timeout=10)

    assert done.returncode == 1
    assert done.stderr == "asgi-reload: main:app was not done after 1 s\n"


def test_the_env_file_counts_and_production_does_not_matter(tmp_path: Path) -> None:
    lay(tmp_path, at_import="import os; os.environ['SHOP']")
    (tmp_path / ".env").write_text("SHOP=1\n")

    assert run(tmp_path, "check", "main:app").returncode == 1
    assert run(tmp_path, "check", "main:app", "--env-file", ".env", env={"ENV": "production"}).returncode == 0
