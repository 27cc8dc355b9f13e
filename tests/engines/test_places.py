"""Which files are a project's own: those under its folders, by name or by link, and nothing that is installed there."""

from __future__ import annotations

from pathlib import Path

import pytest

from asgi_reload.engines.places import Places


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name in ("shop/app/main.py", "shop/.venv/lib/site-packages/lib/core.py", "elsewhere/other.py"):
        file = tmp_path / name
        file.parent.mkdir(parents=True)
        file.touch()
    return tmp_path / "shop"


def test_files_lie_where_their_names_say(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    places = Places([project])
    monkeypatch.chdir(project)

    assert places.hold(project / "app/main.py")
    assert places.hold(Path("app/main.py"))
    assert not places.hold(project.parent / "elsewhere/other.py")
    assert not places.hold(project.parent / "shopping/main.py")


def test_what_is_installed_into_a_project_is_not_its_own(project: Path) -> None:
    assert not Places([project]).hold(project / ".venv/lib/site-packages/lib/core.py")


def test_links_into_a_project_are_followed(project: Path) -> None:
    folder, file = project.parent / "linked", project.parent / "elsewhere/main.py"
    folder.symlink_to(project / "app")
    file.symlink_to(project / "app/main.py")
    places = Places([project])

    assert places.hold(folder / "main.py")
    assert not places.hold(project.parent / "elsewhere/other.py")
    assert places.hold(file)
