"""Where events cannot be had, by what the system says of its mounts; and where locks lie."""

from __future__ import annotations

import math
import time
from pathlib import Path

import pytest

from asgi_reload.watching.filesystems import filesystem_of, mounts, parse, silent
from asgi_reload.watching.glances import MOST, Glances
from asgi_reload.watching.inbox import Glanced, Inbox
from asgi_reload.watching.snapshot import Snapshot, read
from asgi_reload.watching.vcs import held, lock_paths
from asgi_reload.watching.watcher import as_given

from .kit import select, watching, write

MOUNTINFO = r"""
22 27 0:21 / /proc rw,relatime - proc proc rw
27 1 254:0 / / rw,relatime - ext4 /dev/vda rw
30 27 0:30 / /srv rw,relatime shared:5 master:1 - fakeowner /run/host_mark/Users rw
31 30 0:31 / /srv/.venv rw,relatime - ext4 /dev/vdb rw
32 27 0:32 / /mnt/c rw,noatime - 9p C:\134 rw,aname=drvfs
33 27 0:33 / /mnt/with\040space\134and\011tab rw - nfs4 server:/export rw
34 27 0:34 / /media/usb rw - fuseblk /dev/sdb1 rw
35 27 0:35 / /home/me/sshfs rw - fuse.sshfs me@host: rw
36 27 0:36 / /var/lib/overlay rw - fuse.fuse-overlayfs fuse-overlayfs rw
37 27 0:37 / /twice rw - nfs server:/old rw
38 27 0:38 / /twice rw - ext4 /dev/vdc rw
not a line of mountinfo
39 27 - short
"""


@pytest.mark.parametrize(
    ("directory", "filesystem"),
    [
        ("/home/me/project", None),
        ("/srv/project", "fakeowner"),
        ("/srvice", None),
        ("/srv/.venv/lib", None),
        ("/mnt/c/Users/me", "9p"),
        ("/mnt/with space\\and\ttab/x", "nfs4"),
        ("/media/usb/x", "fuseblk"),
        ("/home/me/sshfs", "fuse.sshfs"),
        ("/var/lib/overlay/x", None),
        ("/twice/x", None),
    ],
)
def test_the_longest_mount_decides(directory: str, filesystem: str | None) -> None:
    assert silent(directory, parse(MOUNTINFO)) == filesystem


def test_no_mounts_no_opinion() -> None:
    assert silent("/srv", parse("")) is None


@pytest.mark.skipif(not Path("/proc/self/mountinfo").exists(), reason="Linux says so, others do not")
def test_this_systems_own_mounts_are_understood() -> None:
    assert filesystem_of("/proc", mounts()) == "proc"


@pytest.mark.anyio
async def test_polling_tells_of_everything_that_events_would(tmp_path: Path) -> None:
    write(tmp_path, {"a.css": "0", "b.css": "0"})

    async with watching(tmp_path, poll=True) as watched:
        (status,) = watched.watcher.status().roots
        assert (status.mode, status.reason) == ("polling", "as the setting poll says")

        write(tmp_path, {"a.css": "1"})
        assert await watched.changes() == {"a.css": "modified"}
        (tmp_path / "b.css").rename(tmp_path / "c.css")
        assert await watched.changes() == {"b.css": "deleted", "c.css": "added"}
        write(tmp_path, {"new/deep/d.css": "1"})
        assert await watched.changes() == {"new/deep/d.css": "added"}
        (tmp_path / "a.css").touch()
        await watched.told_only()


def test_the_files_saved_last_are_looked_at_and_no_others(tmp_path: Path) -> None:
    write(tmp_path, {f"{number}.css": "0" for number in range(MOST + 1)})
    paths = [str(tmp_path / f"{number}.css") for number in range(MOST + 1)]
    inbox, snapshot = Inbox(), Snapshot()
    glances = Glances(select(tmp_path), snapshot, inbox)
    assert glances.due == math.inf

    for path in paths:
        snapshot.update(path, read(path))
        glances.remember([path], now=1.0)

    assert 1.0 < glances.due < 2.0
    write(tmp_path, {"0.css": "forgotten", "1.css": "saved", f"{MOST}.css": "saved"})
    (tmp_path / "2.css").unlink()
    glances.start()
    assert glances.due == math.inf, "one look at a time"

    while not inbox._notes:
        time.sleep(0.001)

    (note,) = inbox._notes
    assert isinstance(note, Glanced)
    assert note.paths == {paths[1], paths[2], paths[MOST]}
    glances.finished(2.0, resting=True)
    assert glances.due == math.inf
    inbox.close()


def test_locks_are_looked_for_where_repositories_are(tmp_path: Path) -> None:
    write(tmp_path, {"one/.git/HEAD": "", "two/.hg/x": "", "three/.jj/working_copy/x": "", "none/x": ""})
    write(tmp_path, {"tree/.git": f"gitdir: {tmp_path}/one/.git/worktrees/tree\n"})
    write(tmp_path, {"sub/.git": "gitdir: ../one/.git/modules/sub"})
    paths = lock_paths(str(tmp_path / name) for name in ("one", "two", "three", "none", "tree", "sub"))

    assert [str(Path(path).resolve().relative_to(tmp_path)) for path in paths] == [
        "one/.git/index.lock",
        "two/.hg/wlock",
        "three/.jj/working_copy/working_copy.lock",
        "one/.git/worktrees/tree/index.lock",
        "one/.git/modules/sub/index.lock",
    ]
    assert held(paths) is None

    (tmp_path / "two" / ".hg" / "wlock").symlink_to("host:4711")
    first = held(paths)
    (tmp_path / "two" / ".hg" / "wlock").unlink()
    write(tmp_path, {"one/.git/index.lock": ""})
    assert first is not None
    assert held(paths) not in (first, None)


def test_real_paths_are_told_by_the_names_that_were_given() -> None:
    names = [("/private/tmp/project", "/tmp/project")]

    assert as_given("/private/tmp/project/a.css", names) == "/tmp/project/a.css"
    assert as_given("/private/tmp/project2/a.css", names) == "/private/tmp/project2/a.css"
    assert as_given("/private/tmp/project", names) == "/private/tmp/project"
