"""Work that a newer save ends."""

from __future__ import annotations

import anyio
import pytest

from asgi_reload.errors import WorkerGone
from asgi_reload.workers.newer import Newer


@pytest.mark.anyio
async def test_what_work_comes_to_is_given_back() -> None:
    async def work() -> str:
        return "done"

    assert await Newer().unless(work) == "done"


@pytest.mark.anyio
async def test_a_newer_save_ends_the_work() -> None:
    newer = Newer()
    newer.is_there = lambda: True

    async def work() -> str:
        await anyio.sleep_forever()
        return "done"

    assert await newer.unless(work) is None


@pytest.mark.anyio
async def test_what_work_raises_comes_out_as_it_is() -> None:
    async def work() -> str:
        raise WorkerGone(started=False)

    with pytest.raises(WorkerGone):
        await Newer().unless(work)
