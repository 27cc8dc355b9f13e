"""What runs in the workers of these tests: it says what it finds, then runs the code that the test wrote."""

from __future__ import annotations

import gc
import os
import random
import stat
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from asgi_reload.workers.wire import packed

if TYPE_CHECKING:
    import socket
    from collections.abc import Mapping


def run(control: socket.socket, config: Mapping[str, Any]) -> int:
    def say(**message: Any) -> None:
        control.sendall(packed(message, None))

    say(**facts())
    names: dict[str, Any] = {"say": say, "control": control, "code": 0}
    exec(config.get("do", ""), names)
    code: int = names["code"]
    return code


def facts() -> dict[str, Any]:
    return {
        "pid": os.getpid(),
        "parent": os.getppid(),
        "group": os.getpgrp(),
        "session": os.getsid(0),
        "directory": os.getcwd(),  # noqa: PTH109
        "path": sys.path,
        "argv": sys.argv,
        "env": dict(os.environ),
        "random": random.random(),
        "frozen": gc.get_freeze_count(),
        "modules": sorted(sys.modules),
        "descriptors": sorted(filter(None, map(_kind, map(int, os.listdir("/proc/self/fd"))))),  # noqa: PTH208
    }


def _kind(descriptor: int) -> str:
    """`pipe` or `socket`, of what is neither the terminal's nor a file."""
    with suppress(OSError):
        mode = os.fstat(descriptor).st_mode if descriptor > 2 else 0
        return "pipe" if stat.S_ISFIFO(mode) else "socket" if stat.S_ISSOCK(mode) else ""

    return ""
