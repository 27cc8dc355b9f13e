"""Who serves the shop: us, and the peers that answer to a saved Python file."""

from __future__ import annotations

import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from importlib.util import find_spec
from typing import TYPE_CHECKING, Protocol

from tests.servers import clean_environment, free_port, kill_group

from . import shop
from .harness import project

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

DEADLINE_S = 30.0
PAUSE_S = 0.001
FAILED_PAUSE_S = 0.005


class Contender(Protocol):
    """Anybody who serves a folder, and should answer anew after a save."""

    @property
    def name(self) -> str: ...

    @property
    def is_here(self) -> bool:
        """Is it installed?"""

    def files(self) -> dict[str, str]:
        """The shop, as it has to be for this one."""

    def command(self, folder: Path, port: int) -> list[str]:
        """What serves it on that port."""


@dataclass(frozen=True)
class Served:
    """A command with `{port}` and `{folder}` in it, the module it needs, and what it wants at the end of `main.py`.

    project: the files, made of that end. python: who runs it.
    """

    name: str
    arguments: Sequence[str]
    needs: str = "uvicorn"
    tail: str = ""
    project: Callable[[str], dict[str, str]] = shop.files
    python: str = sys.executable

    @property
    def is_here(self) -> bool:
        if self.python == sys.executable:
            return find_spec(self.needs) is not None
        return subprocess.run([self.python, "-c", f"import {self.needs}"], capture_output=True).returncode == 0

    def files(self) -> dict[str, str]:
        return self.project(self.tail)

    def command(self, folder: Path, port: int) -> list[str]:
        return [self.python, "-m", *(part.format(port=port, folder=folder) for part in self.arguments)]


UVICORN = ("uvicorn", "main:app", "--host", "127.0.0.1", "--port", "{port}", "--log-level", "warning")
WRAPPED = "\n\nfrom asgi_reload import ReloadMiddleware\n\napp = ReloadMiddleware(app)\n"
AREL = """

import arel
from starlette.routing import WebSocketRoute

hot = arel.HotReload(paths=[arel.Path("shop")])
without_hot = app.router.lifespan_context


def script(request: Request) -> str:
    return hot.script(f"ws://{request.url.netloc}/hot")


@asynccontextmanager
async def with_hot(app: FastAPI):
    await hot.startup()
    async with without_hot(app):
        yield
    await hot.shutdown()


app.router.lifespan_context = with_hot
app.router.routes.append(WebSocketRoute("/hot", hot))
"""
HMR = ("uvicorn_hmr", "main:app", "--host", "127.0.0.1", "--port", "{port}", "--log-level", "warning")
OURS: Contender = Served("asgi-reload", UVICORN, tail=WRAPPED)
BARE: Contender = Served("uvicorn", UVICORN)
RELOAD = Served("uvicorn --reload", (*UVICORN, "--reload"))
RELOAD_AREL: Contender = Served("uvicorn --reload + arel", (*UVICORN, "--reload"), needs="arel", tail=AREL)
PEERS: Sequence[Contender] = (
    RELOAD,
    Served("uvicorn-hmr", HMR, needs="uvicorn_hmr"),
    Served("jurigged", ("jurigged", "--watch", "{folder}", "-m", *UVICORN), needs="jurigged"),
)


@dataclass
class Running:
    """A served shop, and one connection to it that is kept open as long as the server lets us."""

    folder: Path
    port: int
    process: subprocess.Popen[bytes]
    failed: int = 0
    asked: int = 0
    _connection: HTTPConnection | None = field(default=None, repr=False)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def ask(self, path: str) -> str | None:
        """The answer; None, and counted, if there is none or it is an error."""
        self.asked += 1
        if self._connection is None:
            self._connection = HTTPConnection("127.0.0.1", self.port, timeout=DEADLINE_S)
        try:
            self._connection.request("GET", path)
            answer = self._connection.getresponse()
            text = answer.read().decode()
        except (OSError, HTTPException):
            self._connection.close()
            self._connection = None
            self.failed += 1
            return None

        if answer.status < 500:
            return text
        self.failed += 1
        return None

    def connect(self) -> None:
        """Open a connection that the server has not closed for idleness."""
        if self._connection is not None:
            self._connection.close()
        self._connection = HTTPConnection("127.0.0.1", self.port, timeout=DEADLINE_S)
        self.ask("/label")

    def until(self, path: str, expected: str, began: float) -> float:
        """Ask again and again, at once and with 1 ms between, until this is answered; ms since `began`, or infinite."""
        while time.perf_counter() - began < DEADLINE_S:
            text = self.ask(path)
            if text is not None and expected in text:
                return (time.perf_counter() - began) * 1000
            time.sleep(PAUSE_S if text is not None else FAILED_PAUSE_S)

        return float("inf")

    def save(self, name: str, text: str) -> float:
        """Write in place, as most editors do; the moment just before. The connection is open."""
        self.connect()
        began = time.perf_counter()
        (self.folder / name).write_text(text)
        return began


@contextmanager
def serving(contender: Contender, env: Mapping[str, str] | None = None) -> Iterator[Running]:
    """The shop as this contender serves it, answering; killed with its whole process group at the end."""
    with project(contender.files()) as folder:
        port = free_port()
        with (folder.parent / "log").open("ab") as log:
            process = subprocess.Popen(
                contender.command(folder, port),
                cwd=folder,
                env=clean_environment(env),
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        try:
            running = Running(folder, port, process)
            if running.until("/label", "v0;", time.perf_counter()) == float("inf"):
                raise RuntimeError(f"{contender.name} does not answer: {(folder.parent / 'log').read_text()[-500:]}")
            running.failed = running.asked = 0
            yield running
        finally:
            kill_group(process)
