"""Directories that come, go and move, version control, roots that vanish: what is told equals what is on disk."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest
from anyio import to_thread

from .kit import tree, watching, write

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.anyio


def git(root: Path, *arguments: str) -> None:
    settings = ("user.name=me", "user.email=me@localhost", "gc.auto=0", "advice.detachedHead=false")
    options = [part for setting in settings for part in ("-c", setting)]
    environment = {"PATH": os.environ["PATH"], "HOME": str(root), "GIT_CONFIG_NOSYSTEM": "1"}
    subprocess.run(["git", *options, *arguments], cwd=root, env=environment, check=True, capture_output=True)


def commit(root: Path, message: str) -> None:
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message", message)


async def test_new_directories_are_known_with_all_that_is_in_them(tmp_path: Path) -> None:
    files = {f"a{i}/b{i % 7}/c{i % 5}/f{i}.css": f"{i}" for i in range(300)}

    async with watching(tmp_path) as watched:
        write(tmp_path, files)
        await watched.changes_until(dict.fromkeys(files, "added"))

        # The newest directories are listened at, too.
        write(tmp_path, {"a299/b5/c4/f299.css": "again"})
        assert await watched.changes() == {"a299/b5/c4/f299.css": "modified"}
        await watched.told_only()


async def test_a_tree_that_is_moved_in_and_out_is_told_in_full(tmp_path: Path) -> None:
    root, outside = tmp_path / "root", tmp_path / "outside"
    names = {f"{i % 4}/{i}.html": f"{i}" for i in range(50)}
    write(outside / "pkg", names)
    write(root, {"a.py": ""})

    async with watching(root) as watched:
        (outside / "pkg").rename(root / "pkg")
        assert await watched.changes_until({f"pkg/{name}": "added" for name in names}) == 1

        (root / "pkg").rename(root / "renamed")
        gone, come = ({f"{directory}/{name}" for name in names} for directory in ("pkg", "renamed"))
        assert await watched.changes_until(dict.fromkeys(gone, "deleted") | dict.fromkeys(come, "added")) == 1

        write(root, {"renamed/1/1.html": "saved under the new name"})
        assert await watched.changes() == {"renamed/1/1.html": "modified"}

        (root / "renamed").rename(outside / "pkg")
        assert await watched.changes_until(dict.fromkeys(come, "deleted")) == 1
        await watched.told_only()


async def test_a_root_that_is_deleted_and_comes_back_is_watched_again(tmp_path: Path) -> None:
    root = tmp_path / "app"
    write(root, {"a.css": "0", "sub/b.css": "0"})

    async with watching(tmp_path, "app/") as watched:
        watched.root = root

        for number in range(3):
            shutil.rmtree(root)
            await watched.changes_until({"a.css": "deleted", "sub/b.css": "deleted"})
            await watched.until(lambda: watched.modes() == ["waiting"])

            write(root, {"a.css": f"{number}", "sub/b.css": f"{number}"})
            await watched.changes_until({"a.css": "added", "sub/b.css": "added"})
            await watched.until(lambda: watched.modes() == ["events"])

            write(root, {"sub/b.css": f"saved {number}"})
            assert await watched.changes() == {"sub/b.css": "modified"}


async def test_a_root_that_is_replaced_by_another_is_watched(tmp_path: Path) -> None:
    write(tmp_path, {"live/a.css": "0", "next/a.css": "1", "next/b.css": "1"})

    async with watching(tmp_path, "live") as watched:
        (tmp_path / "live").rename(tmp_path / "old")
        (tmp_path / "next").rename(tmp_path / "live")
        await watched.changes_until({"live/a.css": "modified", "live/b.css": "added"})

        write(tmp_path, {"live/b.css": "2", "old/a.css": "2"})
        assert await watched.changes() == {"live/b.css": "modified"}


async def test_a_directory_that_does_not_exist_yet_is_waited_for(tmp_path: Path) -> None:
    async with watching(tmp_path, "later/") as watched:
        (status,) = watched.watcher.status().roots
        assert (status.mode, status.reason) == ("waiting", "does not exist")

        write(tmp_path, {"later/a.css": ""})
        assert await watched.changes() == {"later/a.css": "added"}
        await watched.until(lambda: watched.modes() == ["events"])


async def test_a_single_file_is_followed_through_replacements(tmp_path: Path) -> None:
    write(tmp_path, {"a.css": "0", "b.css": "0", "sub/c.css": "0"})

    async with watching(tmp_path, "a.css") as watched:
        for number in range(3):
            write(tmp_path, {"b.css": f"{number + 1}", "sub/c.css": f"{number + 1}", "a.new": f"{number + 1}"})
            (tmp_path / "a.new").replace(tmp_path / "a.css")
            assert await watched.changes() == {"a.css": "modified"}


async def test_globs_tell_only_of_what_they_name(tmp_path: Path) -> None:
    write(tmp_path, {"templates/a.html": "0", "templates/deep/er/b.html": "0", "templates/c.txt": "0", "main.py": "0"})

    async with watching(tmp_path, "templates/**/*.html", "*.py") as watched:
        write(tmp_path, {"templates/c.txt": "1", "templates/deep/d.txt": "1"})
        write(tmp_path, {"templates/new/e.html": "1"})
        assert await watched.changes() == {"templates/new/e.html": "added"}
        write(tmp_path, {"templates/deep/er/b.html": "1"})
        assert await watched.changes() == {"templates/deep/er/b.html": "modified"}
        await watched.told_only("main.py")


async def test_a_file_is_told_of_under_each_name_it_has_below_the_roots(tmp_path: Path) -> None:
    write(tmp_path, {"root/app.1.css": "0", "outside.css": "0"})
    (tmp_path / "root" / "app.css").symlink_to("app.1.css")
    (tmp_path / "root" / "out.css").symlink_to("../outside.css")

    async with watching(tmp_path / "root") as watched:
        write(tmp_path, {"outside.css": "1"})
        write(tmp_path, {"root/app.1.css": "1"})
        assert await watched.changes() == {"app.1.css": "modified", "app.css": "modified"}

        write(tmp_path, {"root/app.2.css": "2"})
        link = tmp_path / "root" / "app.css.new"
        link.symlink_to("app.2.css")
        link.rename(tmp_path / "root" / "app.css")
        await watched.changes_until({"app.2.css": "added", "app.css": "modified"})


@pytest.mark.slow
@pytest.mark.timeout(180)
@pytest.mark.parametrize("anyio_backend", ["asyncio"])
async def test_a_checkout_of_5000_files_is_one_batch_there_and_back(tmp_path: Path) -> None:
    """Half of the files change; 500 directories go and 500 others come."""
    here = {f"same/{i % 50}/f{i}.py": f"x = {i}" for i in range(2000)}
    old = {f"old/d{i % 500}/f{i}.py": f"x = {i}" for i in range(1500)}
    new = {f"new/d{i % 500}/f{i}.py": f"x = {i}" for i in range(1500)}
    git(tmp_path, "init", "--quiet", "--initial-branch=one")
    commit(write(tmp_path, {**here, **old}), "one")
    git(tmp_path, "checkout", "--quiet", "-b", "two")
    shutil.rmtree(tmp_path / "old")
    commit(write(tmp_path, {**{name: f"y{text}" for name, text in here.items()}, **new}), "two")
    told = tree(tmp_path)

    async with watching(tmp_path) as watched:
        for number in range(10):
            await _run_git(tmp_path, "checkout", "--quiet", "one" if number % 2 == 0 else "two")
            batch = await watched.batch()
            assert len(batch) == 5000

            watched.apply(batch, told)
            assert told == tree(tmp_path)

        await watched.told_only()


async def test_a_rebase_and_a_stash_end_in_the_right_state(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet", "--initial-branch=main")
    commit(write(tmp_path, {f"f{i}.py": "x = 0" for i in range(20)} | {"other.py": ""}), "base")
    git(tmp_path, "checkout", "--quiet", "-b", "work")

    for number in range(10):
        commit(write(tmp_path, {f"f{i}.py": f"x = {number + 1}" for i in range(20)}), f"{number}")

    git(tmp_path, "checkout", "--quiet", "main")
    commit(write(tmp_path, {"other.py": "main moved on"}), "more")
    git(tmp_path, "checkout", "--quiet", "work")
    told = tree(tmp_path)

    async with watching(tmp_path) as watched:
        await _run_git(tmp_path, "rebase", "--quiet", "main")
        write(tmp_path, {"f3.py": "not yet committed"})
        await _run_git(tmp_path, "stash")
        await _run_git(tmp_path, "stash", "pop")
        (tmp_path / "end.txt").touch()

        while "end.txt" not in told:
            watched.apply(await watched.batch(), told)

        assert told == tree(tmp_path)
        await watched.told_only()


async def _run_git(root: Path, *arguments: str) -> None:
    await to_thread.run_sync(lambda: git(root, *arguments))
