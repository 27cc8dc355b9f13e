"""Which files import and start-up have read: an edit of such a file is an edit of what has read it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from asgi_reload.workers.reads import Reads

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name in ("prices.json", "logo.png", "module.py", "late.txt"):
        (tmp_path / name).write_text("1")
    return tmp_path


@pytest.fixture
def reads(project: Path) -> Iterator[Reads]:
    recording = Reads([project])
    yield recording
    recording.end()


def test_what_is_read_is_known_however_it_is_opened(project: Path, reads: Reads) -> None:
    (project / "prices.json").read_text()
    (project / "logo.png").read_bytes()
    (project / "module.py").read_text()
    with open(os.fsencode(project / "late.txt"), "rt"):  # noqa: PTH123, UP015 -- as people write it
        pass

    assert reads.names() == ["prices.json", "logo.png", "late.txt"]


def test_what_is_written_or_lies_elsewhere_is_not(project: Path, reads: Reads) -> None:
    (project / "new.txt").write_text("1")
    Path(os.devnull).read_text()

    assert reads.names() == []


def test_nothing_is_heard_after_the_end(project: Path, reads: Reads) -> None:
    reads.end()
    (project / "prices.json").read_text()

    assert reads.names() == []


def test_a_working_directory_that_is_gone_is_for_whoever_opens_a_file(
    project: Path, reads: Reads, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / "away").mkdir()
    monkeypatch.chdir(project / "away")
    (project / "away").rmdir()

    assert (project / "prices.json").read_text() == "1"
