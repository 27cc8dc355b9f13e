"""Saves as editors make them, on real files: one batch each, named as the user would name them."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING

import anyio
import pytest

from .kit import running, watching, write

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.anyio


def in_place(path: Path, text: str) -> None:
    path.write_text(text)


def in_place_with_sync(path: Path, text: str) -> None:
    with path.open("w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def vim_without_backupcopy(path: Path, text: str) -> None:
    probe = path.with_name("4913")
    probe.touch()
    probe.unlink()
    backup = path.with_name(path.name + "~")
    path.rename(backup)
    path.write_text(text)
    backup.unlink()


def emacs(path: Path, text: str) -> None:
    lock = path.with_name(f".#{path.name}")
    lock.symlink_to("me@here.1234:567")
    path.rename(path.with_name(path.name + "~"))
    path.write_text(text)
    lock.unlink()


def jetbrains_safe_write(path: Path, text: str) -> None:
    temporary, old = path.with_name(path.name + "___jb_tmp___"), path.with_name(path.name + "___jb_old___")
    temporary.write_text(text)
    path.rename(old)
    temporary.rename(path)
    old.unlink()


def temporary_then_replace(path: Path, text: str) -> None:
    temporary = path.with_name("tmpq8s1k2w_")
    temporary.write_text(text)
    temporary.replace(path)


def rsync(path: Path, text: str) -> None:
    temporary = path.with_name(f".{path.name}.Ab12Cd")
    temporary.write_text(text)
    os.utime(temporary, (1_000_000_000, 1_000_000_000))
    temporary.rename(path)


def sed(path: Path, text: str) -> None:
    subprocess.run(["sed", "-i", f"s/.*/{text}/", str(path)], check=True)


def delete_then_write(path: Path, text: str) -> None:
    path.unlink()
    path.write_text(text)


SAVES = [
    in_place,
    in_place_with_sync,
    vim_without_backupcopy,
    emacs,
    jetbrains_safe_write,
    temporary_then_replace,
    rsync,
    sed,
    delete_then_write,
]


@pytest.mark.parametrize("save", SAVES)
async def test_a_save_is_one_batch_however_the_editor_writes(tmp_path: Path, save: Callable[[Path, str], None]) -> None:
    write(tmp_path, {"app/a.py": "x = 0"})

    async with watching(tmp_path) as watched:
        for number in range(5):
            save(tmp_path / "app" / "a.py", f"x = {number + 1}")
            assert await watched.changes() == {"app/a.py": "modified"}

        await watched.told_only()


@pytest.mark.skipif(not shutil.which("vim"), reason="no vim here")
async def test_vim_itself(tmp_path: Path) -> None:
    path = write(tmp_path, {"a.py": "x = 0\n"}) / "a.py"

    async with watching(tmp_path) as watched:
        for number in range(3):
            command = ["vim", "-es", "-u", "NONE", "-c", f"s/.*/x = {number + 1}/", "-c", "wq", str(path)]
            await anyio.run_process(command, check=False)
            assert await watched.changes() == {"a.py": "modified"}

        await watched.told_only()


async def test_an_emptied_file_is_told_of_when_it_has_content_again(tmp_path: Path) -> None:
    path = write(tmp_path, {"site.css": "a {}", "other.css": "b {}"}) / "site.css"

    async with watching(tmp_path) as watched:
        for number in range(3):
            path.write_text("")
            # Another file's save marks the time: the emptied one was seen, and holds nobody up.
            (tmp_path / "other.css").write_text(f"b {{ order: {number} }}")
            assert await watched.changes() == {"other.css": "modified"}

            path.write_text(f"a {{ order: {number} }}")
            batch = await watched.batch()
            assert watched.named(batch) == {"site.css": "modified"}
            assert path.read_text() != ""

        await watched.told_only()


async def test_a_file_that_stays_empty_is_told_of_in_the_end(tmp_path: Path) -> None:
    path = write(tmp_path, {"site.css": "a {}"}) / "site.css"

    async with watching(tmp_path) as watched:
        path.write_text("")
        assert await watched.changes() == {"site.css": "modified"}
        path.write_text("a {}")
        assert await watched.changes() == {"site.css": "modified"}


async def test_nothing_is_told_of_what_only_looks_changed(tmp_path: Path) -> None:
    path = write(tmp_path, {"a.py": "x = 0"}) / "a.py"

    async with watching(tmp_path) as watched:
        path.write_text("x = 1")
        assert await watched.changes() == {"a.py": "modified"}

        for number in range(20):
            os.utime(path, (number, number))
            path.chmod(0o600 + number % 2)
            path.write_text("x = 1")
            temporary_then_replace(path, "x = 1")

        await watched.told_only()


async def test_the_same_size_and_time_with_new_content_is_a_change(tmp_path: Path) -> None:
    path = write(tmp_path, {"a.py": "x = 0"}) / "a.py"
    before = path.stat()

    async with watching(tmp_path) as watched:
        for number in range(1, 6):
            path.write_text(f"x = {number}")
            os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
            assert await watched.changes() == {"a.py": "modified"}


async def test_times_in_the_future_and_before_the_war_do_no_harm(tmp_path: Path) -> None:
    path = write(tmp_path, {"a.py": "x = 0"}) / "a.py"

    async with watching(tmp_path) as watched:
        for number, year in enumerate((4_000_000_000, -1_000_000_000, 3600)):
            path.write_text(f"x = {number + 1}")
            os.utime(path, (year, year))
            assert await watched.changes() == {"a.py": "modified"}

        await watched.told_only()


async def test_several_files_saved_at_once_are_one_batch(tmp_path: Path) -> None:
    names = {f"f{number}.css": "modified" for number in range(40)}
    write(tmp_path, dict.fromkeys(names, "before"))

    async with watching(tmp_path) as watched:
        write(tmp_path, dict.fromkeys(names, "after"))
        assert await watched.changes() == names


async def test_a_rename_is_told_in_one_batch(tmp_path: Path) -> None:
    write(tmp_path, {"old.html": "<p>"})

    async with watching(tmp_path) as watched:
        (tmp_path / "old.html").rename(tmp_path / "new.html")
        assert await watched.changes() == {"old.html": "deleted", "new.html": "added"}


async def test_what_is_ignored_is_never_told(tmp_path: Path) -> None:
    write(
        tmp_path,
        {"a.py": "x = 0", "node_modules/x/i.js": "1", "logs/app.log": "", ".git/HEAD": "ref", "db.sqlite3": ""},
    )

    async with watching(tmp_path, ignore=("*.map",)) as watched:
        for name in (
            "node_modules/x/i.js",
            "logs/app.log",
            ".git/HEAD",
            "db.sqlite3-wal",
            "__pycache__/a.pyc",
            "a.map",
        ):
            write(tmp_path, {name: "changed"})

        await watched.told_only()


async def test_what_changed_while_nobody_watched_is_told_first(tmp_path: Path) -> None:
    write(tmp_path, {"a.py": "x = 0", "b.py": "y = 0", "c.py": "z = 0"})

    async with watching(tmp_path) as watched:
        (tmp_path / "a.py").write_text("x = 1")
        assert await watched.changes() == {"a.py": "modified"}

    assert [root.reason for root in watched.watcher.status().roots] == ["not watching"]
    write(tmp_path, {"a.py": "x = 2", "new/d.py": ""})
    (tmp_path / "c.py").unlink()

    async with running(watched.watcher, tmp_path) as again:
        assert await again.changes() == {"a.py": "modified", "c.py": "deleted", "new/d.py": "added"}
        await again.told_only()
