"""Workers of the test's own making, and the front's end of the talk with them."""

from __future__ import annotations

import asyncio
import socket
import time
from contextlib import asynccontextmanager
from pathlib import Path
from textwrap import dedent
from typing import TYPE_CHECKING, Any

import psutil

from asgi_reload.workers.channel import ControlChannel

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from asgi_reload.workers.launching import Launcher, Life

ROOT = Path(__file__).parent.parent.parent
ENTRY = "tests.workers.entry:run"
DEADLINE = 20.0
STEP = 0.005


def own_children() -> list[psutil.Process]:
    """What launchers have started and not ended; other tests of this process may have servers of their own."""
    return [child for child in psutil.Process().children() if _is_launched(child)]


def _is_launched(child: psutil.Process) -> bool:
    try:
        return "orphans.py" in " ".join(child.cmdline())
    except psutil.ZombieProcess:
        return True


class Peer:
    """A control channel whose messages wait to be asked for."""

    def __init__(self, sock: socket.socket) -> None:
        self.channel = ControlChannel(sock)
        self._heard: asyncio.Queue[dict[str, Any] | None] = asyncio.Queue()
        self._task = asyncio.create_task(self._listen())

    async def next(self) -> dict[str, Any]:
        """The next thing that the other end says."""
        message = await asyncio.wait_for(self._heard.get(), DEADLINE)
        assert message is not None, "the other end has gone"
        return message

    async def gone(self) -> None:
        """Wait until the other end has gone."""
        while await asyncio.wait_for(self._heard.get(), DEADLINE) is not None:
            pass

    async def close(self) -> None:
        self._task.cancel()
        await asyncio.wait({self._task})

    async def _listen(self) -> None:
        await self.channel.run(lambda message, _: self._heard.put_nowait(message))
        self._heard.put_nowait(None)


class Worker:
    """A life, the first thing it said, and the way to hear more."""

    def __init__(self, life: Life, peer: Peer, facts: dict[str, Any]) -> None:
        self.life = life
        self.peer = peer
        self.facts = facts

    async def end(self) -> str:
        """How it ended, in words."""
        ending = await asyncio.wait_for(self.life.ended(), DEADLINE)
        await self.peer.close()
        return ending.in_words


async def launch(launcher: Launcher, do: str = "", **config: Any) -> Worker:
    """A worker that has said its first word and runs that code."""
    ours, theirs = socket.socketpair()
    peer = Peer(ours)
    life = await launcher.launch(theirs, {"do": dedent(do), **config})
    return Worker(life, peer, await peer.next())


@asynccontextmanager
async def closing(launcher: Launcher) -> AsyncIterator[Launcher]:
    try:
        yield launcher
    finally:
        await launcher.close()


async def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + DEADLINE

    while not condition():
        assert time.monotonic() < deadline, "it did not come to pass"
        await asyncio.sleep(STEP)


def is_alive(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
