"""A project served by the real command, as a child process; its workers are ended with it, whatever the test did."""

from __future__ import annotations

import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpx
import psutil

from ..pages import DEADLINE
from ..programs.running import Program
from ..servers import serving
from ..sites import STEP, Site

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from ..servers import Server

COMMAND = "asgi-reload"
TOLD_BY_A_FILE = "asgi-reload, told by a file"
LYING = "asgi-reload with workers that lie"


@dataclass
class Commanded(Site):
    """A project behind a front."""

    server: Server

    @property
    def workers(self) -> dict[str, Any]:
        workers: dict[str, Any] = self.status()["workers"]
        return workers

    @property
    def worker(self) -> psutil.Process:
        """The process that answers."""
        return psutil.Process(self.until(lambda: self.workers["current"]))

    def family(self) -> list[psutil.Process]:
        """The front and all processes below it."""
        front = psutil.Process(self.server.process.pid)
        return [front, *front.children(recursive=True)]

    def ask(self, path: str) -> tuple[int, str]:
        """Status and text of a GET, or of what `METHOD /path {json}` says."""
        return Program(self.folder, self.log_path, self.client).ask(path)

    def answers(self, path: str, text: str) -> None:
        """Ask until that is the answer, whatever else comes meanwhile."""
        self.until(lambda: self.client.get(path).text == text, f"{path} to answer {text!r}")

    def until(self, reached: Callable[[], Any], what: str = "") -> Any:  # type: ignore[override]
        """Wait until that is true, and give it back."""
        deadline = time.monotonic() + DEADLINE
        while not (value := reached()):
            assert time.monotonic() < deadline, f"waited for {what or reached} in vain:\n{self.log()[-4000:]}"
            time.sleep(STEP)
        return value

    def says(self, text: str) -> str:
        """Wait until the terminal shows that; all that it shows."""
        return str(self.until(lambda: text in self.log() and self.log(), f"{text!r} on the terminal"))

    def watches(self) -> None:
        """Wait until no save is missed."""
        self.until(lambda: self.status()["watch"]["files"], "the watcher")


@contextmanager
def commanded(
    folder: Path,
    *options: str,
    app: str = "main:app",
    server: str = COMMAND,
    env: Mapping[str, str] | None = None,
    port: int | None = None,
    waits: bool = True,
) -> Iterator[Commanded]:
    """Run `asgi-reload main:app …` in a folder. `waits`: for the watcher, and for the first worker to be ready."""
    with (
        serving(folder, server, app=app, extra=options, env=env, port=port) as front,
        httpx.Client(base_url=front.url, timeout=30) as client,
    ):
        site = Commanded(folder, front.log_path, client, front)
        try:
            site.watches()
            if waits:
                site.until(lambda: site.workers["current"], "the first worker")
            yield site
        finally:
            ended(site)


def ended(site: Commanded) -> None:
    """Kill whatever is left, of every process group."""
    with suppress(psutil.NoSuchProcess):
        for process in site.family():
            with suppress(psutil.NoSuchProcess):
                process.kill()
