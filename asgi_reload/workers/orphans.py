"""No orphans: a process group that is killed in the moment in which the front dies, however it dies.

The front holds the one writing end of a pipe that nothing is ever written to. On Linux the kernel itself kills the
groups when it closes: a worker that is stuck in C code, and what it has started, ends too. Elsewhere a thread waits.

This file is also how our programs are started: it imports next to nothing, so that they are bound to the front before
they do anything that takes its time. `python -P orphans.py <family> <program> <arguments>`
"""

from __future__ import annotations

import fcntl
import os
import sys

# POSIX says so. `signal` would have to be imported, and takes longer than all else here.
SIGKILL = 9


class Family:
    """The front's side: as long as this is open, its processes live."""

    def __init__(self) -> None:
        self.descriptor, self._held = os.pipe()
        self._is_open = True

    def close(self) -> None:
        """Kill every process group that was bound to it."""
        if self._is_open:
            self._is_open = False
            os.close(self.descriptor)
            os.close(self._held)


def bind(descriptor: int) -> int:
    """Bind this process's group to the front that holds the other end; the descriptor to bind a child with.

    descriptor: a `Family`'s, or what this function returned in the parent process. It is used up. Has to be called
    by the leader of the group, since all of the group is killed.
    """
    try:
        own = _signalled_by_kernel(descriptor)
    except OSError:
        import threading

        threading.Thread(target=_watch, args=(descriptor,), name="asgi-reload-orphan", daemon=True).start()
        return descriptor

    os.close(descriptor)
    return own


def _signalled_by_kernel(descriptor: int) -> int:
    if sys.platform != "linux":
        raise OSError("no signal of choice for an open file, see fcntl(2), F_SETSIG")

    # The owner of the signal belongs to the open file, which a plain duplicate would share with the parent.
    own = os.open(f"/proc/self/fd/{descriptor}", os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        fcntl.fcntl(own, fcntl.F_SETOWN, -os.getpgrp())
        fcntl.fcntl(own, fcntl.F_SETSIG, SIGKILL)
        fcntl.fcntl(own, fcntl.F_SETFL, fcntl.fcntl(own, fcntl.F_GETFL) | os.O_ASYNC)
    except OSError:
        os.close(own)
        raise

    _end_if_late(own)
    return own


def _end_if_late(descriptor: int) -> None:
    """The front may have died before the kernel was asked."""
    try:
        os.read(descriptor, 1)
    except BlockingIOError:
        return

    os.killpg(0, SIGKILL)


def _watch(descriptor: int) -> None:
    os.read(descriptor, 1)
    os.killpg(0, SIGKILL)


def main(family: str, program: str, *arguments: str) -> int:
    """Bind this process, then be the program: `main(family, *arguments)` of a module; its exit code."""
    bound = bind(int(family))
    from importlib import import_module

    code: int = import_module(program).main(bound, *arguments)
    return code


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
