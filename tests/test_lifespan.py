"""The reloader runs while somebody hosts it: one at a time, the next in line takes over, errors leave unwrapped."""

from __future__ import annotations

import anyio
import pytest

from asgi_reload.lifespan import Hosting

pytestmark = pytest.mark.anyio


class Runs:
    """Counts how often it was started and how many run at the same time."""

    def __init__(self) -> None:
        self.started = 0
        self.now = 0
        self.most = 0
        self.begun = anyio.Event()

    async def __call__(self) -> None:
        self.started += 1
        self.now += 1
        self.most = max(self.most, self.now)
        self.begun.set()
        try:
            await anyio.sleep_forever()
        finally:
            self.now -= 1
            self.begun = anyio.Event()


async def test_it_runs_for_as_long_as_the_block() -> None:
    runs = Runs()
    hosting = Hosting(runs, lambda: None)

    async with hosting.hosted():
        with anyio.fail_after(5):
            await runs.begun.wait()

    assert (runs.started, runs.now) == (1, 0)


async def test_the_next_in_line_takes_over_when_the_holder_leaves() -> None:
    runs = Runs()
    hosting = Hosting(runs, lambda: None)
    leave_first = anyio.Event()

    async def first() -> None:
        async with hosting.hosted():
            await leave_first.wait()

    with anyio.fail_after(5):
        async with anyio.create_task_group() as group:
            group.start_soon(first)
            await runs.begun.wait()
            async with hosting.hosted():
                await anyio.wait_all_tasks_blocked()
                assert runs.started == 1
                leave_first.set()
                await anyio.wait_all_tasks_blocked()
                assert (runs.started, runs.now, runs.most) == (2, 1, 1)


async def test_an_error_of_the_block_is_the_error_that_leaves() -> None:
    with pytest.raises(ValueError, match="the app's own"):
        async with Hosting(Runs(), lambda: None).hosted():
            raise ValueError("the app's own")


async def test_a_run_that_fails_leaves_the_block_alone(caplog: pytest.LogCaptureFixture) -> None:
    ended = anyio.Event()

    async def run() -> None:
        ended.set()
        raise OSError("no descriptor is left")

    with anyio.fail_after(5):
        async with Hosting(run, lambda: None).hosted():
            await ended.wait()
            await anyio.wait_all_tasks_blocked()

    assert "no descriptor is left" in caplog.text


async def test_cancelling_the_block_cancels_the_run() -> None:
    runs = Runs()

    with anyio.move_on_after(0.05):
        async with Hosting(runs, lambda: None).hosted():
            await anyio.sleep_forever()

    assert runs.now == 0


def test_the_same_hosting_works_in_one_loop_after_another() -> None:
    runs_started = 0

    async def run() -> None:
        nonlocal runs_started
        runs_started += 1
        await anyio.sleep_forever()

    hosting = Hosting(run, lambda: None)

    async def host_twice() -> None:
        async with hosting.hosted(), hosting.hosted():
            await anyio.wait_all_tasks_blocked()

    anyio.run(host_twice, backend="asyncio")
    anyio.run(host_twice, backend="trio")

    assert runs_started >= 2
