"""The program that workers come of: it imports what they need, then forks them or becomes one. Knows no event loop.

It hears `warm`, `launch` and `retire`, and says `warm`, `launched`, `refused` and `ended`.
"""

from __future__ import annotations

import os
import select
import signal
import socket
import sys
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from .orphans import bind
from .surroundings import as_after_spawn, settle
from .warming import load, warm, why_no_fork
from .wire import Inbox, packed

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Launch:
    """What this process is to run, as a worker."""

    control: socket.socket
    config: Mapping[str, Any]


class Standby:
    """Serves the front until it goes, or until this process is a worker."""

    def __init__(self, front: socket.socket, family: int, entry: str) -> None:
        self._front = front
        self._inbox = Inbox(front)
        self._family = family
        self._entry = entry
        self._children: dict[int, int] = {}
        self._poll = select.poll()
        self._retired = False

    def serve(self) -> Launch:
        """Return in a process that is to be a worker, be it a child or this one. Never returns otherwise."""
        self._poll.register(self._front, select.POLLIN)

        while not self._retired or self._children:
            for descriptor, _ in self._poll.poll():
                if descriptor != self._front.fileno():
                    self._reap(descriptor)
                elif (launch := self._hear()) is not None:
                    return launch

        os._exit(0)

    def _hear(self) -> Launch | None:
        received = self._inbox.read()

        if received is None:
            os._exit(0)

        for message, line in received:
            if (launch := self._obey(message, line)) is not None:
                return launch

        return None

    def _obey(self, message: dict[str, Any], control: socket.socket | None) -> Launch | None:
        match message:
            case {"do": "warm", "modules": list(modules), "config": dict(config)}:
                settle(config, with_path=False)
                self._say({"is": "warm", **asdict(warm([self._module, *modules])), "why": why_no_fork()})
            case {"do": "launch", "life": int(life), "config": dict(config), "fork": bool(fork)} if control is not None:
                return self._launch(life, Launch(control, config), fork)
            case _:
                self._retired = True

        return None

    def _launch(self, life: int, launch: Launch, fork: bool) -> Launch | None:
        """The launch in the process that is to be the worker; None in the parent."""
        forks = fork and not why_no_fork()

        if forks and not self._is_child(life):
            launch.control.close()
            return None

        # The child says so itself: if it was heard, there is a worker, whatever becomes of the parent.
        self._say({"is": "launched", "life": life, "pid": os.getpid(), "forked": forks})
        self._leave()
        return launch

    def _is_child(self, life: int) -> bool:
        sys.stdout.flush()
        sys.stderr.flush()
        try:
            child = os.fork()
        except OSError as error:
            self._say({"is": "refused", "life": life, "why": str(error)})
            return False

        if child:
            descriptor = os.pidfd_open(child)
            self._children[descriptor] = child
            self._poll.register(descriptor, select.POLLIN)
            return False

        os.setpgid(0, 0)
        self._family = bind(self._family)
        return True

    def _leave(self) -> None:
        for descriptor in self._children:
            os.close(descriptor)

        self._children.clear()
        self._inbox.close()
        self._front.close()

    def _reap(self, descriptor: int) -> None:
        child = self._children.pop(descriptor)
        self._poll.unregister(descriptor)
        os.close(descriptor)

        # What it has started itself goes with it; until it is reaped, nobody else can have its number.
        with suppress(ProcessLookupError):
            os.killpg(child, signal.SIGKILL)

        _, status = os.waitpid(child, 0)
        self._say({"is": "ended", "pid": child, "code": os.waitstatus_to_exitcode(status)})

    def _say(self, message: Mapping[str, Any]) -> None:
        try:
            self._front.sendall(packed(message, None))
        except OSError:
            os._exit(0)

    @property
    def _module(self) -> str:
        return self._entry.partition(":")[0]


def main(family: int, control: str, entry: str) -> int:
    """Serve the front over that descriptor, then be a worker, which runs the entry: its exit code.

    family: what `bind` returned in this process.
    """
    launch = Standby(socket.socket(fileno=int(control)), family, entry).serve()
    as_after_spawn()
    run = load(entry)
    settle(launch.config, with_path=True)
    return run(launch.control, launch.config)
