"""The program in which interpreters live: a thread and a fresh one for each life, the next one made ahead.

It hears `prepare`, `try`, `launch`, `stop` and `sever`, and says `imported` and `ended`. It ends with the front.
"""

from __future__ import annotations

import json
import os
import queue
import socket
import threading
import traceback
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, NoReturn

from . import tenant
from .surroundings import surroundings_of
from .wire import Inbox, packed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence


@dataclass(frozen=True)
class Lease:
    """One life: its number, the descriptor of its control socket, and its config."""

    number: int
    control: int
    config: Mapping[str, Any]


class Tenant(threading.Thread):
    """One interpreter, from its making to its end, all in one thread. Used once, or not at all."""

    def __init__(self, entry: str, on_end: Callable[[int, int], None]) -> None:
        super().__init__(daemon=True)
        self._entry = entry
        self._on_end = on_end
        self._orders: queue.SimpleQueue[Callable[[Any], bool]] = queue.SimpleQueue()

    def run(self) -> None:
        interpreter = import_module("concurrent.interpreters").create()
        while self._orders.get()(interpreter):
            pass

    def prepare(
        self, modules: Sequence[str], surroundings: Mapping[str, Any], on_ready: Callable[[dict[str, str]], None]
    ) -> None:
        """Import these ahead. on_ready: gets what failed, in this thread."""

        def order(interpreter: Any) -> bool:
            arguments = json.dumps(list(modules)), json.dumps(dict(surroundings)), self._entry
            try:
                failed = json.loads(interpreter.call(tenant.import_ahead, *arguments))
            except Exception as error:
                failed = {"all": str(error)}
            on_ready(failed)
            return True

        self._orders.put(order)

    def live(self, lease: Lease) -> None:
        """Be a worker, then end."""

        def order(interpreter: Any) -> bool:
            try:
                code = interpreter.call(tenant.live, lease.control, json.dumps(dict(lease.config)), self._entry)
                # Waits for threads of the user's; until they end it has not ended.
                interpreter.close()
            except Exception:
                traceback.print_exc()
                code = 1
            self._on_end(lease.number, code)
            return False

        self._orders.put(order)

    def leave(self) -> None:
        """Nobody needs it."""

        def order(interpreter: Any) -> bool:
            interpreter.close()
            return False

        self._orders.put(order)


class Host:
    """Serves the front until it goes."""

    def __init__(self, front: socket.socket, entry: str) -> None:
        self._front = front
        self._inbox = Inbox(front)
        self._entry = entry
        self._lock = threading.Lock()
        self._modules: list[str] | None = None
        self._surroundings: dict[str, Any] = {}
        self._next: Tenant | None = None
        self._ready: Tenant | None = None
        self._controls: dict[int, socket.socket] = {}

    def serve(self) -> None:
        while (received := self._inbox.read()) is not None:
            for message, line in received:
                self._obey(message, line)

    def _obey(self, message: dict[str, Any], control: socket.socket | None) -> None:
        match message:
            case {"do": "prepare", "number": int(number), "modules": list(modules)}:
                self._modules = modules
                self._prepare(number)
            case {"do": "try", "number": int(number), "modules": list(modules)}:
                self._try(number, modules)
            case {"do": "launch", "life": int(number), "config": dict(config)} if control is not None:
                self._launch(number, control, config)
            case {"do": "stop" | "sever" as how, "life": int(number)}:
                self._shut(number, socket.SHUT_RD if how == "stop" else socket.SHUT_RDWR)

    def _launch(self, number: int, control: socket.socket, config: dict[str, Any]) -> None:
        with self._lock:
            self._controls[number] = control.dup()
        self._taken(surroundings_of(config)).live(Lease(number, control.detach(), config))

        if self._modules is not None:
            self._prepare(0)

    def _taken(self, surroundings: dict[str, Any]) -> Tenant:
        """The one that was made ahead, if it is ready and fits; else a new one."""
        fits = surroundings == self._surroundings
        self._surroundings = surroundings

        with self._lock:
            ready, self._ready = self._ready, None
        if ready is not None and fits:
            return ready
        if ready is not None:
            ready.leave()

        return self._tenant()

    def _prepare(self, number: int) -> None:
        """Make the next one; whichever was in the making before is for nobody then."""
        ahead = self._next = self._tenant()

        def on_ready(failed: dict[str, str]) -> None:
            with self._lock:
                before, self._ready = (self._ready, ahead) if self._next is ahead else (ahead, self._ready)
            if before is not None:
                before.leave()
            self._imported(number, failed)

        ahead.prepare(self._modules or [], self._surroundings, on_ready)

    def _try(self, number: int, modules: Sequence[str]) -> None:
        trial = self._tenant()
        trial.prepare(modules, self._surroundings, lambda failed: self._imported(number, failed))
        trial.leave()

    def _tenant(self) -> Tenant:
        one = Tenant(self._entry, self._end)
        one.start()
        return one

    def _imported(self, number: int, failed: dict[str, str]) -> None:
        self._say({"is": "imported", "number": number, "failed": failed})

    def _shut(self, number: int, how: int) -> None:
        with self._lock, suppress(KeyError, OSError):
            self._controls[number].shutdown(how)

    def _end(self, number: int, code: int) -> None:
        with self._lock:
            self._controls.pop(number).close()
        self._say({"is": "ended", "life": number, "code": code})

    def _say(self, message: Mapping[str, Any]) -> None:
        with self._lock, suppress(OSError):
            self._front.sendall(packed(message, None))


def main(_: int, control: str, entry: str) -> NoReturn:
    """Serve the front over that descriptor, and never return: threads of user code may not want to end."""
    Host(socket.socket(fileno=int(control)), entry).serve()
    os._exit(0)
