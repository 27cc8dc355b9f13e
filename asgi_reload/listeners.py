"""Notice that a worker has stopped listening. The other sign of a server's end, where no signal reaches us.

Some servers tell their worker processes to stop in a way of their own, and wait for open streams. What they all do
first is to close the sockets that the worker listens on.
"""

from __future__ import annotations

import os
import socket
import stat
from contextlib import suppress
from pathlib import Path
from typing import Final

import anyio

CHECK_S: Final = 0.1
DESCRIPTORS: Final = "/dev/fd"


async def until_deaf() -> None:
    """Return when this process has listened and listens no more. Never, where descriptors cannot be looked at."""
    # There is nothing to wait for but time: a closed descriptor tells nobody.
    while not (listening := listeners()):  # noqa: ASYNC110
        await anyio.sleep(CHECK_S)

    while any(_identity(descriptor) == identity for descriptor, identity in listening.items()):  # noqa: ASYNC110
        await anyio.sleep(CHECK_S)


def listeners() -> dict[int, tuple[int, int]]:
    """The file descriptors of this process's listening sockets, with the identity of each; empty where none tell."""
    try:
        descriptors = [int(path.name) for path in Path(DESCRIPTORS).iterdir()]
    except OSError:
        return {}

    found = ((descriptor, _identity(descriptor)) for descriptor in descriptors if _accepts(descriptor))
    return {descriptor: identity for descriptor, identity in found if identity is not None}


def _accepts(descriptor: int) -> bool:
    with suppress(OSError):
        if stat.S_ISSOCK(os.fstat(descriptor).st_mode):
            with socket.socket(fileno=os.dup(descriptor)) as same:
                return bool(same.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN))

    return False


def _identity(descriptor: int) -> tuple[int, int] | None:
    try:
        status = os.fstat(descriptor)
    except OSError:
        return None

    # A number that was closed may name another file by now.
    return status.st_dev, status.st_ino
