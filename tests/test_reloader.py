"""The story of a save, with a watcher that the test drives."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import anyio
import pytest

from asgi_reload import updates
from asgi_reload.changes import Batch, Change
from asgi_reload.problems import Problems
from asgi_reload.reloader import Reloader
from asgi_reload.strategies import BUILT_IN, Context

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from asgi_reload.decisions import Decision
    from asgi_reload.outcome import Outcome
    from asgi_reload.strategies import Plain
    from asgi_reload.timeline import Stages
    from asgi_reload.updates import Update

PROJECT = Path("/project")

pytestmark = pytest.mark.anyio


class ManualWatcher:
    """Hands out the batches that a test gives it; an exception among them is raised."""

    def __init__(self, *given: Batch | Exception) -> None:
        self._given = list(given)
        self.exhausted = anyio.Event()

    async def batches(self) -> AsyncIterator[Batch]:
        while self._given:
            match self._given.pop(0):
                case Batch() as batch:
                    yield batch
                case error:
                    raise error

        self.exhausted.set()
        await anyio.sleep_forever()


class Pages:
    """Remembers what it was told, in order."""

    def __init__(self) -> None:
        self.told: list[Any] = []
        self.generation = 0

    def publish(self, steps: Sequence[Update], written: int = 0) -> int:
        self.told.append(tuple(steps))
        return len(self.told)

    def make_way(self, reason: str, seconds: float) -> None:
        self.told.append(reason)


class Record:
    def __init__(self) -> None:
        self.entries: list[tuple[int, list[str], Decision]] = []

    def record(
        self,
        seq: int,
        batch: Batch,
        names: Sequence[str],
        decision: Decision,
        line: str,
        stages: Stages,
        outcome: Outcome | None = None,
    ) -> None:
        assert stages.applied <= stages.decided <= time.monotonic()
        self.entries.append((seq, list(names), decision))


def saved(*names: str) -> Batch:
    return Batch(tuple(Change(PROJECT / name, "modified") for name in names))


async def told(
    *given: Batch | Exception, strategies: Sequence[Plain] = BUILT_IN, restarter: str | None = None
) -> tuple[Pages, Record, Reloader]:
    watcher, pages, record = ManualWatcher(*given), Pages(), Record()
    reloader = Reloader(watcher, strategies, Context(PROJECT, restarter), pages, record, Problems())

    with anyio.fail_after(5):
        async with anyio.create_task_group() as group:
            group.start_soon(reloader.run)
            await watcher.exhausted.wait()
            group.cancel_scope.cancel()

    return pages, record, reloader


async def test_a_save_is_decided_published_and_recorded() -> None:
    pages, record, _ = await told(saved("app.css"))

    assert pages.told == [(updates.Css(("app.css",)),)]
    assert [(seq, names) for seq, names, _ in record.entries] == [(1, ["app.css"])]


async def test_a_broken_strategy_shows_on_the_page_and_the_next_good_save_heals() -> None:
    def fragile(batch: Batch, context: Context) -> Update | None:
        if any(change.path.name == "bad.css" for change in batch):
            raise ValueError("cannot")
        return None

    pages, _, _ = await told(saved("bad.css"), saved("app.css"), saved("app.css"), strategies=[fragile, *BUILT_IN])

    (css, failure), (_, recovered), (last,) = pages.told
    assert css == updates.Css(("bad.css",))
    assert failure == updates.Failure("a strategy failed")
    assert recovered == updates.Recovered()
    assert last == updates.Css(("app.css",))


async def test_a_watcher_that_fails_is_started_again_and_its_problem_is_kept() -> None:
    pages, _, reloader = await told(RuntimeError("inotify \x1b[2J is gone"), saved("app.css"))

    assert pages.told == [(updates.Css(("app.css",)),)]
    assert reloader.problem == "RuntimeError: inotify \\x1b[2J is gone"


async def test_streams_make_way_for_whoever_restarts_the_server() -> None:
    pages, _, _ = await told(saved("main.py"), saved("app.css"), restarter="uvicorn --reload")

    assert [type(entry) for entry in pages.told] == [tuple, str, tuple]
    assert pages.told[1] == "uvicorn --reload restarts the server"


async def test_nobody_makes_way_where_nobody_restarts() -> None:
    pages, _, _ = await told(saved("main.py"))
    assert len(pages.told) == 1
