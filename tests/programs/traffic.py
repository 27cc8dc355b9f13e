"""People who use the server while it is saved over: some fifty requests a second over connections that stay open."""

from __future__ import annotations

import http.client
import itertools
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

CONNECTIONS = 5
PAUSE_S = 0.1
DEADLINE_S = 30.0


@dataclass(frozen=True)
class Answer:
    """What was answered, and which saves were done when it was asked for, and begun when it came."""

    path: str
    status: int
    text: str
    done: int
    begun: int


class Traffic:
    """Asks for `paths` in turn until `stop`; `saving` tells it what goes on meanwhile. pause: s, on each connection."""

    def __init__(self, port: int, paths: Sequence[str], pause: float = PAUSE_S) -> None:
        self.answers: list[Answer] = []
        self._port = port
        self._pause = pause
        self._paths = paths
        self._begun = self._done = 0
        self._stopping = False
        self._may_ask = threading.Event()
        self._may_ask.set()
        self._asking = [threading.Lock() for _ in range(CONNECTIONS)]
        self._threads = [threading.Thread(target=self._run, args=(n,)) for n in range(CONNECTIONS)]
        for thread in self._threads:
            thread.start()

    @contextmanager
    def saving(self) -> Iterator[None]:
        """Open while a save is applied."""
        self._begun += 1
        yield
        self._done += 1

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Nobody asks while this is open."""
        self._may_ask.clear()
        for lock in self._asking:
            with lock:
                pass
        try:
            yield
        finally:
            self._may_ask.set()

    def stop(self) -> None:
        self._stopping = True
        self._may_ask.set()
        for thread in self._threads:
            thread.join(DEADLINE_S)

    def _run(self, number: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=DEADLINE_S)
        for path in itertools.islice(itertools.cycle(self._paths), number, None):
            self._may_ask.wait()
            with self._asking[number]:
                if self._stopping:
                    break
                if self._may_ask.is_set():
                    self.answers.append(self._ask(connection, path))
            time.sleep(self._pause)  # the pace of the requests, nothing is waited for
        connection.close()

    def _ask(self, connection: http.client.HTTPConnection, path: str) -> Answer:
        done = self._done
        try:
            connection.request("GET", path)
            response = connection.getresponse()
            return Answer(path, response.status, response.read().decode(), done, self._begun)
        except (OSError, http.client.HTTPException) as error:
            connection.close()
            return Answer(path, 0, repr(error), done, self._begun)
