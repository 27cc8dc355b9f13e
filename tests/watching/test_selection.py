"""What is watched and what is not, said by path."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from asgi_reload.errors import SettingError
from asgi_reload.watching.selection import Selection

from .kit import write


@pytest.fixture
def project(tmp_path: Path) -> Path:
    files = ("app/main.py", "app/static/site.css", "app/templates/a.html", "app/templates/deep/b.html", "[id].html")
    return write(tmp_path, dict.fromkeys(files, ""))


def accepted(selection: Selection, project: Path, *names: str) -> list[str]:
    return [name for name in names if selection.accepts(project / name)]


def test_nothing_given_means_all_of_the_project(project: Path) -> None:
    selection = Selection.parse([], [], project)

    assert [root.directory for root in selection.roots] == [str(project)]
    assert selection.accepts(project / "app" / "new" / "x.css")
    assert not selection.accepts(project.parent / "x.css")


def test_a_path_may_stand_alone(project: Path) -> None:
    assert Selection.parse("app", "*.map", project).accepts(project / "app" / "x.css")
    assert Selection.parse(project / "app", (), project).accepts(str(project / "app" / "x.css"))


def test_paths_are_compared_by_parts(project: Path) -> None:
    selection = Selection.parse(["app"], [], project)

    assert not selection.accepts(project / "app2" / "x.css")
    assert not selection.accepts(project / "app")


def test_a_glob_names_what_it_says(project: Path) -> None:
    selection = Selection.parse(["app/templates/**/*.html", "app/*.py"], [], project)
    names = ("app/templates/a.html", "app/templates/x/y/z.html", "app/templates/a.txt", "app/main.py", "app/x/main.py")

    assert accepted(selection, project, *names) == ["app/templates/a.html", "app/templates/x/y/z.html", "app/main.py"]


def test_what_exists_is_taken_literally(project: Path) -> None:
    selection = Selection.parse(["[id].html"], [], project)

    assert accepted(selection, project, "[id].html", "i.html") == ["[id].html"]


def test_a_file_asked_for_by_name_is_watched_though_its_like_are_not(project: Path) -> None:
    write(project, {"app/wanted.log": ""})

    assert Selection.parse(["app/wanted.log"], [], project).accepts(project / "app" / "wanted.log")
    assert not Selection.parse(["app"], [], project).accepts(project / "app" / "wanted.log")


def test_a_directory_asked_for_by_name_is_watched_wherever_it_lies(project: Path) -> None:
    write(project, {"node_modules/mine/a.css": ""})

    assert Selection.parse(["node_modules/mine"], [], project).accepts(project / "node_modules" / "mine" / "a.css")


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        (".git/config", ".git"),
        (".venv/lib/x.py", ".venv"),
        ("app/__pycache__/main.cpython-311.pyc", "__pycache__"),
        ("app/node_modules/x/index.js", "node_modules"),
        ("app/4913", "4913"),
        ("app/.#main.py", ".#*"),
        ("app/main.py~", "*~"),
        ("app/.main.py.swp", "*.swp"),
        ("app/.main.py.swo", ".*.sw[a-px]"),
        ("app/main.py___jb_tmp___", "*___jb_tmp___"),
        ("app/main.py___jb_old___", "*___jb_old___"),
        ("app/sedXa81bQ", "sed" + "[0-9A-Za-z]" * 6),
        ("app/.DS_Store", ".DS_Store"),
        ("app/data.db", "*.db"),
        ("app/data.sqlite3-wal", "*.sqlite3-wal"),
        ("app/data.db-journal", "*.db-journal"),
        ("app/server.log", "*.log"),
        ("app/main.pyo", "*.py[cod]"),
    ],
)
def test_what_is_nobodys_work_is_ignored_and_why_can_be_told(project: Path, name: str, rule: str) -> None:
    assert Selection.parse([], [], project).rule(project / name) == rule


@pytest.mark.parametrize("name", ["app/sedation.css", "app/logs.css", "app/git.css", "app/environment.py", "app/db.py"])
def test_what_only_resembles_it_is_not(project: Path, name: str) -> None:
    assert Selection.parse([], [], project).rule(project / name) is None


def test_any_directory_with_a_pyvenv_cfg_is_a_virtual_environment(project: Path) -> None:
    write(project, {"app/python/pyvenv.cfg": "", "app/python/lib/x.py": ""})

    assert Selection.parse([], [], project).rule(project / "app" / "python" / "lib" / "x.py") == "pyvenv.cfg"


@pytest.mark.parametrize(
    ("ignore", "ignored"),
    [
        ("*.css", ["app/static/site.css", "x/static/a.css"]),
        ("static", ["app/static/site.css", "x/static/a.css"]),
        ("static/", ["app/static/site.css", "x/static/a.css"]),
        ("app/static", ["app/static/site.css"]),
        ("app/static/", ["app/static/site.css"]),
        ("./app/static/", ["app/static/site.css"]),
        ("app/**", ["app/static/site.css", "app/main.py"]),
        ("**/static/*.css", ["app/static/site.css", "x/static/a.css"]),
        ("main.py/", []),
    ],
)
def test_a_user_ignores_names_and_places(project: Path, ignore: str, ignored: list[str]) -> None:
    names = ("app/static/site.css", "app/main.py", "x/static/a.css")
    rules = {name: Selection.parse([], [ignore], project).rule(project / name) for name in names}

    assert rules == {name: ignore if name in ignored else None for name in names}


def test_an_absolute_path_can_be_ignored(project: Path) -> None:
    selection = Selection.parse([], [str(project / "app" / "static")], project)

    assert accepted(selection, project, "app/static/site.css", "app/main.py") == ["app/main.py"]


def test_links_are_followed_below_the_roots_only(project: Path) -> None:
    (project / "app" / "in.css").symlink_to("static/site.css")
    (project / "app" / "out.css").symlink_to("/etc/hostname")
    (project / "app" / "deeper").symlink_to("static")
    selection = Selection.parse(["app"], [], project)

    assert selection.rule(project / "app" / "in.css") is None
    assert selection.rule(project / "app" / "out.css") == "symbolic link out of the watched paths"
    assert selection.rule(project / "app" / "deeper" / "site.css") == "symbolic link to a directory"


@pytest.mark.parametrize(
    ("entry", "says"),
    [
        ("nope", "does not exist; correct it, or end it with / if it is a directory that will come later"),
        ("nope/*.css", "it can match nothing: the directory"),
        ("app/**.css", "** stands alone between slashes"),
        ("app/*/../*.css", "** stands alone between slashes"),
        ("app/*.{css,js}", "write one glob for each"),
        ("app/main.py/", "is no directory"),
        ("", "expected a file, a directory or a glob"),
        ("a\0b", "expected a file, a directory or a glob"),
        ("/", "it would watch the whole file system"),
        ("/**/*.css", "it would watch the whole file system"),
        ("~", "it would watch your home directory"),
        ("~/*.css", "it would watch your home directory"),
        ("app/*.log", "'*.log' ignores it"),
        ("**/node_modules/**/*.js", "'node_modules' ignores it"),
        ("app/static/*.scss", "'*.scss' ignores it"),
        ("app/templates", "'app/templates' ignores it"),
    ],
)
def test_an_entry_that_cannot_be_meant_is_an_error_that_helps(project: Path, entry: str, says: str) -> None:
    with pytest.raises(SettingError) as raised:
        Selection.parse([entry], ["*.scss", "app/templates"], project)

    assert str(raised.value).partition(":")[0] == f"watch={entry!r}".partition(":")[0]
    assert says in str(raised.value)


@pytest.mark.parametrize("entry", ["", "/", "a\0b", "../x/*.css", "a/**b"])
def test_an_ignore_entry_that_cannot_be_meant_is_an_error_too(project: Path, entry: str) -> None:
    with pytest.raises(SettingError, match="^ignore="):
        Selection.parse([], [entry], project)


def test_the_home_directory_needs_force_also_when_it_is_the_default(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "link").symlink_to(tmp_path)

    for entries in ([], ["."], ["link"], [tmp_path]):
        with pytest.raises(SettingError, match="set force=True"):
            Selection.parse(entries, [], tmp_path)

        assert Selection.parse(entries, [], tmp_path, force=True).roots


def test_a_single_file_in_the_home_directory_needs_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    write(tmp_path, {"notes.md": ""})

    assert Selection.parse(["~/notes.md"], [], Path("/")).accepts(tmp_path / "notes.md")


def test_roots_read_like_the_settings_they_come_from(project: Path) -> None:
    selection = Selection.parse(["app/*.py", "app/**/*.css", "[id].html", "later/"], [], project)

    assert [os.path.relpath(str(root), project) for root in selection.roots] == [
        "app/{*.py,**/*.css}",
        "[id].html",
        "later",
    ]
