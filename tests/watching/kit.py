"""A watcher at work on real files, and what it has told so far."""

from __future__ import annotations

import os
import time
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import anyio

from asgi_reload.changes import Batch
from asgi_reload.watching.selection import Selection
from asgi_reload.watching.watcher import Watcher

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping
    from pathlib import Path

    from anyio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream

DEADLINE = 15.0
GLANCE = 0.002


@dataclass
class Watched:
    """A running watcher over `root`."""

    root: Path
    watcher: Watcher
    received: MemoryObjectReceiveStream[Batch]

    async def batch(self) -> Batch:
        """The next batch."""
        with anyio.fail_after(DEADLINE):
            return await self.received.receive()

    async def changes(self) -> dict[str, str]:
        """The next batch: path below the root → what became of it."""
        return self.named(await self.batch())

    async def changes_until(self, wanted: Mapping[str, str]) -> int:
        """Wait until all these have been told, in however many batches, and nothing else; how many there were."""
        missing = dict(wanted)
        count = 0

        while missing:
            told = await self.changes()
            count += 1
            assert told.items() <= missing.items(), {k: v for k, v in told.items() if missing.get(k) != v}
            missing = {path: kind for path, kind in missing.items() if path not in told}

        return count

    async def told_only(self, name: str = "sentinel.txt") -> None:
        """Make one more change, and see that it is the next one told of: there was nothing before."""
        sentinel = self.root / name
        kind = "modified" if sentinel.exists() else "added"
        sentinel.write_text(f"{time.monotonic()}")
        assert await self.changes() == {name: kind}

    async def until(self, condition: Callable[[], bool]) -> None:
        await until(condition)

    def named(self, batch: Batch) -> dict[str, str]:
        return {os.path.relpath(change.path, self.root): change.kind for change in batch}

    def apply(self, batch: Batch, told: dict[str, bytes]) -> None:
        """Keep a copy of the tree up to date by what is told, and by nothing else."""
        for name, kind in self.named(batch).items():
            assert (name in told) is (kind != "added"), f"{name} {kind}"

            if kind == "deleted":
                del told[name]
            else:
                # What is gone already will be told of next.
                told[name] = (self.root / name).read_bytes() if (self.root / name).is_file() else b"gone"

    def modes(self) -> list[str]:
        return [root.mode for root in self.watcher.status().roots]


async def until(condition: Callable[[], bool]) -> None:
    """Wait for something that tells nobody when it comes."""
    with anyio.fail_after(DEADLINE):
        while not condition():  # noqa: ASYNC110
            await anyio.sleep(GLANCE)


def select(root: Path, *entries: str, ignore: tuple[str, ...] = ()) -> Selection:
    return Selection.parse(entries or (str(root),), ignore, root)


@asynccontextmanager
async def watching(root: Path, *entries: str, **options: Any) -> AsyncIterator[Watched]:
    """Watch `root`, or these entries below it, once every root that is there is listened at or polled."""
    watcher = Watcher(select(root, *entries, ignore=options.pop("ignore", ())), **options)

    async with running(watcher, root) as watched:
        yield watched


@asynccontextmanager
async def running(watcher: Watcher, root: Path, *, waiting: str = "does not exist") -> AsyncIterator[Watched]:
    """Run a watcher, which may have been run before."""
    send, receive = anyio.create_memory_object_stream[Batch](1000)

    async with anyio.create_task_group() as tasks, send, receive:
        tasks.start_soon(_collect, watcher, send)
        await until(lambda: all(r.mode != "waiting" or r.reason == waiting for r in watcher.status().roots))
        yield Watched(root, watcher, receive)
        tasks.cancel_scope.cancel()


async def _collect(watcher: Watcher, send: MemoryObjectSendStream[Batch]) -> None:
    async for batch in watcher.batches():
        await send.send(batch)


def tree(root: Path) -> dict[str, bytes]:
    """What is on disk."""
    return {os.path.relpath(p, root): p.read_bytes() for p in root.rglob("*") if p.is_file() and ".git" not in p.parts}


def write(root: Path, files: Mapping[str, str]) -> Path:
    """Files with their directories."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    return root
