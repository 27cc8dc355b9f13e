"""Statements executed alone in living modules, and what is made of them by the saves that follow."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import anyio
import pytest

from asgi_reload.outcome import Applied

from .projects import Project, importable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    with importable(tmp_path):
        yield tmp_path


def save(project: Project, **files: str) -> Applied:
    outcome = anyio.run(lambda: project.save(**files))
    assert isinstance(outcome, Applied), outcome
    return outcome


def test_a_function_that_was_redone_is_patched_by_the_next_save(folder: Path) -> None:
    project = Project(
        folder, {"main.py": "import tools\nf = lambda x=1: tools.g(x)\n", "tools.py": "def g(x): return x\n"}
    )
    assert save(project, main="import tools\nf = lambda x=2: tools.g(x)\n").rung == "patch"
    held = project.main.f
    assert held() == 2

    assert save(project, main="import tools\nf = lambda x=2: tools.g(x) + 5\n").rung == "patch"
    assert held() == 7


def test_a_name_for_another_function_becomes_one_of_its_own(folder: Path) -> None:
    project = Project(folder, {"main.py": "def f(x):\n    return x\n\n\ng = f\n"})
    assert save(project, main="def f(x):\n    return x\n\n\ndef g(x):\n    return -x\n").rung == "patch"
    assert (project.main.f(1), project.main.g(1)) == (1, -1)


@pytest.mark.skipif(sys.version_info >= (3, 14), reason="there annotations are one function of the whole module")
def test_a_name_without_its_annotation_is_annotated_no_more(folder: Path) -> None:
    project = Project(folder, {"main.py": "a: int = 1\nb: int = 1\nc: int = 1\n"})
    assert save(project, main="a = 2\nc: int = 1\n").rung == "patch"
    assert "a" not in project.main.__annotations__
    assert "b" not in project.main.__annotations__

    save(project, main="a = 2\nc = 2\n")
    assert "__annotations__" not in vars(project.main)
