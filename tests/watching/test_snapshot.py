"""What counts as a change, and what a walk finds."""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asgi_reload.changes import Change
from asgi_reload.watching.inbox import Inbox, Learned
from asgi_reload.watching.learning import learn
from asgi_reload.watching.snapshot import SAMPLE, WHOLE, Snapshot, look, read
from asgi_reload.watching.sweep import Abandoned, Sweep, sweep

from .kit import select, write

FILE_NAMES = (
    st.binary(min_size=1, max_size=255)
    .map(lambda raw: raw.replace(b"/", b"_").replace(b"\0", b"_"))
    .filter(lambda raw: raw not in (b".", b".."))
)


def known(root: Path) -> tuple[Snapshot, Path]:
    """A snapshot of a file that was read."""
    path = write(root, {"a.css": "before"}) / "a.css"
    snapshot = Snapshot()
    snapshot.update(str(path), read(str(path)))
    return snapshot, path


def seen(snapshot: Snapshot, path: Path) -> str | None:
    change = snapshot.update(str(path), read(str(path)))
    return change.kind if change else None


def test_content_decides_what_is_a_change(tmp_path: Path) -> None:
    snapshot, path = known(tmp_path)

    path.touch()
    path.chmod(0o600)
    path.write_text("before")
    assert seen(snapshot, path) is None

    path.write_text("after!")
    assert seen(snapshot, path) == "modified"
    assert seen(snapshot, path) is None

    path.unlink()
    assert seen(snapshot, path) == "deleted"
    assert seen(snapshot, path) is None

    path.write_text("after!")
    assert snapshot.update(str(path), read(str(path))) == Change(path, "added")


def test_a_pipe_and_a_directory_are_no_files(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")

    assert read(str(tmp_path / "pipe")) is None
    assert read(str(tmp_path)) is None
    assert read(str(tmp_path / "none")) is None


def test_a_large_file_goes_by_samples_size_and_time(tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"

    with path.open("wb") as file:
        file.truncate(WHOLE + 10 * SAMPLE)

    snapshot = Snapshot()
    times = path.stat().st_atime_ns, path.stat().st_mtime_ns
    assert seen(snapshot, path) == "added"

    path.chmod(0o600)
    assert seen(snapshot, path) is None

    with path.open("r+b") as file:
        file.seek(-1, os.SEEK_END)
        file.write(b"x")

    os.utime(path, ns=times)
    assert seen(snapshot, path) == "modified"

    os.utime(path, ns=(0, 0))
    assert seen(snapshot, path) == "modified"


def test_looks_tell_half_a_save_from_a_whole_one(tmp_path: Path) -> None:
    snapshot, path = known(tmp_path)
    entry = snapshot.files[str(path)]

    assert look(entry, 6) == "saved"
    assert look(entry, 0) == "emptied"
    assert look(entry, None) == "gone"
    assert look(None, 0) == "new"
    assert look(None, None) is None


def walk(root: Path, snapshot: Snapshot | None = None) -> Sweep:
    return sweep(select(root), snapshot.files if snapshot else {})


def names(root: Path, found: Sweep) -> set[str]:
    return {os.path.relpath(path, root) for path in found.suspects}


def test_a_walk_finds_what_differs_by_stat(tmp_path: Path) -> None:
    write(tmp_path, {"same.css": "0", "changed.css": "0", "gone.css": "0", "emptied.css": "0", "untouched/x.css": "0"})
    snapshot = Snapshot()
    snapshot.begin(walk(tmp_path).signatures)
    assert not walk(tmp_path, snapshot).suspects

    write(tmp_path, {"changed.css": "01", "emptied.css": "", "new/y.css": "0"})
    (tmp_path / "gone.css").unlink()
    suspects = {os.path.relpath(path, tmp_path): how for path, how in walk(tmp_path, snapshot).suspects.items()}
    assert suspects == {"changed.css": "saved", "emptied.css": "emptied", "new/y.css": "new", "gone.css": "gone"}


def test_a_walk_sees_new_content_under_an_old_time(tmp_path: Path) -> None:
    path = write(tmp_path, {"a.css": "0"}) / "a.css"
    times = path.stat().st_atime_ns, path.stat().st_mtime_ns
    snapshot = Snapshot()
    snapshot.begin(walk(tmp_path).signatures)

    write(tmp_path, {"b.tmp": "1"})
    os.utime(tmp_path / "b.tmp", ns=times)
    (tmp_path / "b.tmp").rename(path)
    assert names(tmp_path, walk(tmp_path, snapshot)) == {"a.css"}


def test_a_file_that_was_read_too_soon_is_looked_at_again(tmp_path: Path) -> None:
    snapshot, path = known(tmp_path)
    fresh = snapshot.files[str(path)]

    assert fresh.racy
    assert names(tmp_path, walk(tmp_path, snapshot)) == {"a.css"}

    os.utime(path, (0, 0))
    while (entry := read(str(path))) and entry.racy:
        pass

    snapshot.update(str(path), entry)
    assert not walk(tmp_path, snapshot).suspects


def test_loops_links_and_odd_files_end_no_walk(tmp_path: Path) -> None:
    root = write(tmp_path / "root", {"a.css": "0", "sub/b.css": "0", "__pycache__/c.py": "0", "env/pyvenv.cfg": ""})
    write(tmp_path, {"root/env/d.py": "", "outside/e.css": "0"})
    (root / "sub" / "loop").symlink_to("..")
    (root / "system").symlink_to("/")
    (root / "neighbour").symlink_to("../outside")
    (root / "out.css").symlink_to("../outside/e.css")
    (root / "alias.css").symlink_to("sub/b.css")
    (root / ".#lock").symlink_to("nobody@nowhere.1:2")
    (root / "dangling.css").symlink_to("nothing")
    (root / "itself.css").symlink_to("itself.css")
    os.mkfifo(root / "pipe.css")
    found = walk(root)

    assert names(root, found) == {"a.css", "sub/b.css", "alias.css"}
    assert [len(directories) for directories in found.directories.values()] == [2]
    assert found.links[str(root / "sub" / "b.css")] == {str(root / "alias.css")}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody who may not look")
def test_what_may_not_be_read_is_passed_over() -> None:
    with TemporaryDirectory() as directory:
        root = write(Path(directory), {"a.css": "0", "secret/b.css": "0", "c.css": "0"})
        root.chmod(0o755)
        (root / "secret").chmod(0)
        (root / "c.css").chmod(0)
        os.seteuid(65534)

        try:
            assert names(root, walk(root)) == {"a.css", "c.css"}
            assert (entry := read(str(root / "c.css"))) and entry.size == 1
        finally:
            os.seteuid(0)


def test_a_walk_can_be_called_off(tmp_path: Path) -> None:
    with pytest.raises(Abandoned):
        sweep(select(tmp_path), {}, lambda: True)


def test_the_first_reading_lets_a_touched_file_be_told_from_a_changed_one(tmp_path: Path) -> None:
    names = {f"{number}.css": "before" for number in range(100)}
    write(tmp_path, names)
    snapshot = Snapshot()
    snapshot.begin(walk(tmp_path).signatures)
    inbox = Inbox()
    learn(snapshot.files, inbox, lambda: False)

    for note in inbox._notes:
        assert isinstance(note, Learned)

        for path, entry in note.entries.items():
            snapshot.learn(path, entry)

    inbox.close()

    for name in names:
        (tmp_path / name).touch()
        assert seen(snapshot, tmp_path / name) is None


@settings(deadline=None)
@given(st.lists(FILE_NAMES, min_size=1, max_size=10))
def test_any_name_that_a_file_can_have_is_walked(raw_names: list[bytes]) -> None:
    with TemporaryDirectory() as directory:
        root = Path(directory)
        paths = {str(root / os.fsdecode(name)) for name in raw_names}

        for path in paths:
            Path(path).write_text("0")

        selection = select(root)
        found = sweep(selection, {})
        assert found.suspects.keys() == {path for path in paths if selection.accepts(path)}
        assert all(read(path) for path in found.suspects)
