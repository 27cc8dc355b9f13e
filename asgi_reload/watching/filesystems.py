"""Filesystems that do not tell of changes made elsewhere, by what Linux says of its mounts. Elsewhere no opinion."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from .patterns import Parts, split

MOUNTINFO = Path("/proc/self/mountinfo")
SILENT = frozenset(
    {
        # network
        *("nfs", "nfs4", "cifs", "smb", "smbfs", "smb2", "smb3", "afs", "ceph", "glusterfs", "lustre", "ncpfs"),
        # shared with a virtual machine or container by its host: Docker Desktop, WSL, VirtualBox, VMware, Parallels
        *("9p", "v9fs", "drvfs", "virtiofs", "vboxsf", "vmhgfs", "prl_fs", "fakeowner", "grpcfuse", "osxfs"),
        *("fuse", "fuseblk"),
    }
)
LOCAL_FUSE = frozenset({"fuse.fuse-overlayfs", "fuse.lxcfs", "fuse.portal", "fuse.snapfuse", "fuse.squashfuse"})


@dataclass(frozen=True, slots=True)
class Mount:
    """One line of mountinfo: where, and which filesystem."""

    parts: Parts
    filesystem: str


def parse(mountinfo: str) -> tuple[Mount, ...]:
    """The mounts in the text of /proc/self/mountinfo (proc_pid_mountinfo(5)); lines that are none are passed over."""
    mounts: list[Mount] = []

    for line in mountinfo.splitlines():
        before, dash, after = line.partition(" - ")
        fields, kind = before.split(" "), after.split(" ")

        if dash and len(fields) > 4:
            mounts.append(Mount(split(_unescape(fields[4])), kind[0]))

    return tuple(mounts)


def filesystem_of(directory: str, mounts: tuple[Mount, ...]) -> str | None:
    """The filesystem a real path lies on: that of its longest mount point, the last mounted of equals."""
    parts = split(directory)
    holding = [mount for mount in mounts if parts[: len(mount.parts)] == mount.parts]
    longest = max((len(mount.parts) for mount in holding), default=0)
    return next((mount.filesystem for mount in reversed(holding) if len(mount.parts) == longest), None)


def silent(directory: str, mounts: tuple[Mount, ...]) -> str | None:
    """The filesystem's name, if changes on it may come without an event."""
    filesystem = filesystem_of(directory, mounts)

    if filesystem is None or filesystem in LOCAL_FUSE:
        return None

    return filesystem if filesystem in SILENT or filesystem.partition(".")[0] == "fuse" else None


def mounts() -> tuple[Mount, ...]:
    """The mounts of this process; none where the system does not say."""
    try:
        return parse(MOUNTINFO.read_text(errors="surrogateescape"))
    except OSError:
        return ()


def _unescape(field: str) -> str:
    return re.sub(r"\\([0-7]{3})", lambda octal: chr(int(octal[1], 8)), field)
