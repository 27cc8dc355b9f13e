"""Run by a test in a process of its own: watch a directory, change a file in it, say what came of it as JSON."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import anyio

from asgi_reload.watching.selection import Selection
from asgi_reload.watching.watcher import Watcher


async def main(root: Path) -> None:
    watcher = Watcher(Selection.parse([root], [], root))

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(report, watcher, root, tasks.cancel_scope)

        with anyio.fail_after(20):
            while watcher.status().roots[0].mode == "waiting":  # noqa: ASYNC110
                await anyio.sleep(0.005)

        (root / "39" / "a.css").write_text("changed")


async def report(watcher: Watcher, root: Path, scope: anyio.CancelScope) -> None:
    async for batch in watcher.batches():
        (status,) = watcher.status().roots
        told = {"mode": status.mode, "reason": status.reason, "changes": [change.kind for change in batch]}
        sys.stdout.write(json.dumps(told))
        scope.cancel()


anyio.run(main, Path(sys.argv[1]))
