"""A Python process of ours, with a control channel to it. Knows not what is said on it."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import threading
from contextlib import suppress
from typing import TYPE_CHECKING

from .channel import ControlChannel
from .lives import GroupLife, kill_group
from .orphans import __file__ as START

if TYPE_CHECKING:
    from .orphans import Family


class Child:
    """Runs `main(family, control, *arguments)` of a module of ours; both are descriptors there."""

    def __init__(self, program: str, family: Family, *arguments: str) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            # -P: a project's `queue.py` in the current directory is not for us.
            command = [sys.executable, "-P", START, str(family.descriptor), program, str(theirs.fileno()), *arguments]
            try:
                self._process = subprocess.Popen(
                    command, process_group=0, pass_fds=(theirs.fileno(), family.descriptor)
                )
            except OSError:
                ours.close()
                raise

        self.channel = ControlChannel(ours)
        self.life = GroupLife(self._process.pid)
        threading.Thread(target=self._reap, args=(asyncio.get_running_loop(),), daemon=True).start()

    def _reap(self, loop: asyncio.AbstractEventLoop) -> None:
        """In a thread: wait for the process, end what is left of its group, tell the loop."""
        with suppress(ChildProcessError):
            if hasattr(os, "waitid"):
                # Not reaped yet, so nobody else can have its number.
                os.waitid(os.P_PID, self._process.pid, os.WEXITED | os.WNOWAIT)
                kill_group(self._process.pid, signal.SIGKILL)

        code = self._process.wait()
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(self.life.end, code)
