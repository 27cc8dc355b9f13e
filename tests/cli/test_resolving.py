"""From what was given to the command: aliases, modes, defaults."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from asgi_reload.cli.options import read, serve_command
from asgi_reload.cli.resolving import resolve_command
from asgi_reload.command import Command, ServerOptions
from asgi_reload.settings import Settings
from asgi_reload.watching.selection import Selection

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "main.py").write_text("app = make()")
    for name in ("templates", "static", "other"):
        (tmp_path / name).mkdir()
    (tmp_path / "settings.toml").write_text("")
    return tmp_path


def command(folder: Path, line: str = "", **environ: str) -> Command:
    return resolve_command(read(serve_command(), ["main:app", *line.split()]), folder, environ).command


def test_without_options_the_defaults_stand(folder: Path) -> None:
    resolved = command(folder)

    assert (resolved.mode, resolved.audit, resolved.warm_up, resolved.use_colors) == ("hot", True, None, None)
    assert (resolved.settings, resolved.server) == (Settings(), ServerOptions())
    assert resolved.app_dir == resolved.directory == folder


@pytest.mark.parametrize(
    ("line", "name", "value"),
    [
        ("--cold", "mode", "cold"),
        ("--hot --isolated", "mode", "isolated"),
        ("--no-audit", "audit", False),
        ("--warm-up numpy --warm-up sqlalchemy.orm", "warm_up", ("numpy", "sqlalchemy.orm")),
        ("--color", "use_colors", True),
        ("--no-color", "use_colors", False),
        ("--factory", "factory", True),
    ],
)
def test_an_option_of_the_command(folder: Path, line: str, name: str, value: Any) -> None:
    assert getattr(command(folder, line), name) == value


@pytest.mark.parametrize(
    ("line", "name", "value"),
    [
        ("--watch templates --watch static/*.css", "watch", ("templates", "static/*.css")),
        ("--watch later/", "watch", ("later/",)),
        ("--watch-ignore *.log --watch-ignore build/", "ignore", ("*.log", "build/")),
        ("--reload-dir templates --watch static", "watch", ("static", "templates")),
        ("--reload-dir templates --reload-include *.html", "watch", ("templates",)),
        ("--reload-include *.html", "watch", (".",)),
        ("--reload-include settings.toml", "watch", (".", "settings.toml")),
        ("--reload-include static/*.css", "watch", (".", "static/*.css")),
        ("--reload-exclude tests/* --watch-ignore *.log", "ignore", ("*.log", "tests/*")),
        ("--max-wait 300 --prefix /dev --poll", "max_wait", 300),
        ("--no-poll", "poll", False),
        ("--allowed-hosts a.test --allowed-hosts b.test", "allowed_hosts", ("a.test", "b.test")),
    ],
)
def test_an_option_of_the_settings(folder: Path, line: str, name: str, value: Any) -> None:
    assert getattr(command(folder, line).settings, name) == value


@pytest.mark.parametrize(
    ("line", "watched", "passed_over"),
    [
        ("--watch .", "main.py a.html b/c.css", "shop.db shop.sqlite3 shop.sqlite3-wal shop.db-journal"),
        ("--watch templates", "templates/a/b.html", "main.py static/a.css"),
        ("--watch static/**/*.css", "static/a.css static/b/c.css", "static/a.js main.py"),
        ("--watch later/", "later/a.html later/b/c.html", "main.py"),
        ("--watch . --watch-ignore *.md --watch-ignore build/", "build.py", "a.md b/a.md build/a.py b/build/a.py"),
        ("--reload-include *.html --reload-exclude other/*", "a.html b/c.html main.py", "other/a.html"),
    ],
)
def test_what_is_watched_by_which_flags(folder: Path, line: str, watched: str, passed_over: str) -> None:
    settings = command(folder, line).settings
    selection = Selection.parse(settings.watch, settings.ignore, folder)

    assert [name for name in watched.split() if not selection.accepts(folder / name)] == []
    assert [name for name in passed_over.split() if selection.accepts(folder / name)] == []


def test_the_environment_gives_every_option(folder: Path) -> None:
    resolved = command(folder, ASGI_RELOAD_MODE="cold", ASGI_RELOAD_STEP="5", ASGI_RELOAD_HOST="::1", NO_COLOR="1")

    assert (resolved.mode, resolved.settings.step, resolved.server.host) == ("cold", 5, "::1")
    assert resolved.use_colors is False


def test_the_table_gives_every_option_and_the_line_wins(folder: Path) -> None:
    table = "[tool.asgi-reload]\nwatch = ['static']\naccess-log = false\nwarm-up = []\nport = 1\n"
    (folder / "pyproject.toml").write_text(table)

    resolved = command(folder, "--port 2")

    assert (resolved.settings.watch, resolved.warm_up) == (("static",), ())
    assert (resolved.server.port, resolved.server.access_log) == (2, False)
