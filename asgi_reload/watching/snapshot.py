"""What the watched files were when last reported, judged by content: a signature from stat, a digest of the bytes.

A signature that differs makes a file suspect; only its digest makes it changed. The signature includes the inode's
change time, which no tool can set: content that was replaced under an old mtime (rsync -t, caches) is suspect too.
"""

from __future__ import annotations

import os
import stat
import time
from dataclasses import dataclass, replace
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

from ..changes import Change

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ..changes import Kind

WHOLE = 4 * 1024 * 1024
"""Bytes of a file that are all read. Of larger files evenly spread samples, the size and the mtime count."""
SAMPLES = 16
SAMPLE = 64 * 1024
RACY_NS = 20_000_000
"""A file read this soon after its last write may be written again without a new signature: file systems tick in ms."""

NO_DIGEST = b""
"""What no file has."""

Signature: TypeAlias = tuple[int, int, int, int]
Look: TypeAlias = Literal["saved", "new", "gone", "emptied"]
"""How a suspect looks: known and with content; not known; known and not there; known with content and now without."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A file as it was seen; without a digest it was not read. When `racy`, the next write may not show in stat."""

    size: int
    signature: Signature
    digest: bytes | None
    racy: bool = False


def sign(info: os.stat_result) -> Signature:
    """Size, mtime, change time and inode: what differs when a file was touched in any way."""
    return info.st_size, info.st_mtime_ns, info.st_ctime_ns, info.st_ino


def touched(paths: Iterable[str], known: Mapping[str, Entry]) -> frozenset[str]:
    """Which of these files have been written to, or are gone? By mtime alone: somebody waits for the answer."""
    found: set[str] = set()

    for path in paths:
        if (entry := known.get(path)) is not None:
            try:
                if os.stat(path).st_mtime_ns != entry.signature[1]:
                    found.add(path)
            except OSError:
                found.add(path)

    return frozenset(found)


def look(known: Entry | None, size: int | None) -> Look | None:
    """How a file looks beside what is known of it; a size of None means that it is not there."""
    if size is None:
        return "gone" if known else None

    if known is None:
        return "new"

    return "emptied" if known.size and not size else "saved"


def read(path: str) -> Entry | None:
    """The file as it is now; None when there is no regular file. One that may not be read goes by its signature."""
    try:
        # Never wait for the other end, should a pipe have taken the file's place.
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except PermissionError:
        return _unread(path)
    except OSError:
        return None

    try:
        info = os.fstat(descriptor)
        return _entry(info, _digest(descriptor, info)) if stat.S_ISREG(info.st_mode) else None
    except OSError:
        return None
    finally:
        os.close(descriptor)


def _unread(path: str) -> Entry | None:
    try:
        info = os.stat(path)
    except OSError:
        return None

    return _entry(info, b"%d %d %d" % (info.st_size, info.st_mtime_ns, info.st_ino))


def _entry(info: os.stat_result, digest: bytes) -> Entry:
    age = time.time_ns() - max(info.st_mtime_ns, info.st_ctime_ns)
    return Entry(info.st_size, sign(info), digest, abs(age) < RACY_NS)


def _digest(descriptor: int, info: os.stat_result) -> bytes:
    digest = blake2b(digest_size=16)

    if info.st_size <= WHOLE:
        while chunk := os.read(descriptor, 1024 * 1024):
            digest.update(chunk)
    else:
        digest.update(b"%d %d" % (info.st_size, info.st_mtime_ns))

        for number in range(SAMPLES):
            os.lseek(descriptor, (info.st_size - SAMPLE) * number // (SAMPLES - 1), os.SEEK_SET)
            digest.update(os.read(descriptor, SAMPLE))

    return digest.digest()


class Snapshot:
    """The last reported state of every watched file. One thread changes it; others may read a copy of `files`."""

    def __init__(self) -> None:
        self.files: dict[str, Entry] = {}
        self.begun = False

    def begin(self, signatures: Mapping[str, Signature]) -> None:
        """Take the tree as it is, unread: nothing is reported, digests come later."""
        self.files = {path: Entry(signature[0], signature, None) for path, signature in signatures.items()}
        self.begun = True

    def doubt(self, paths: Iterable[str]) -> frozenset[str]:
        """Those of the files that are known; whatever they hold is news from now on."""
        known = frozenset(path for path in paths if path in self.files)
        self.files |= {path: replace(self.files[path], digest=NO_DIGEST) for path in known}
        return known

    def learn(self, path: str, entry: Entry) -> None:
        """Complete what is known of a file, if nothing has happened to it since."""
        known = self.files.get(path)

        if known and known.digest is None and known.signature == entry.signature:
            self.files[path] = entry

    def update(self, path: str, entry: Entry | None) -> Change | None:
        """Take a file as it was read just now; the change, if its content is not what was reported last."""
        known = self.files.get(path)

        if entry is None:
            return Change(Path(path), "deleted") if self.files.pop(path, None) else None

        self.files[path] = entry

        if known and _same(known, entry):
            return None

        kind: Kind = "modified" if known else "added"
        return Change(Path(path), kind)


def _same(known: Entry, entry: Entry) -> bool:
    if known.digest is not None and entry.digest is not None:
        return known.digest == entry.digest

    return known.signature == entry.signature and not known.racy
