"""A file that is written without end is named once, with the rule that ignores it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from asgi_reload.changes import Batch
from asgi_reload.watching.offenders import Offenders
from asgi_reload.watching.status import WatchStatus

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator


class Source:
    """Three batches; from the second on a file is noisy."""

    def __init__(self) -> None:
        self.noisy: tuple[str, ...] = ()
        self.is_closed = False

    async def batches(self) -> AsyncGenerator[Batch, None]:
        try:
            for noisy in ((), ("/app/data/\x1b.log",), ("/app/data/\x1b.log", "/app/b.log")):
                self.noisy = noisy
                yield Batch((), 0.0, 0.0)
        finally:
            self.is_closed = True

    def status(self) -> WatchStatus:
        return WatchStatus((), 0, self.noisy, None)


@pytest.mark.anyio
async def test_each_is_named_once_with_the_rule_to_add(caplog: pytest.LogCaptureFixture) -> None:
    source = Source()

    batches = [batch async for batch in Offenders(source, lambda path: path.removeprefix("/app/")).batches()]

    assert len(batches) == 3
    assert source.is_closed
    assert [record.getMessage() for record in caplog.records] == [
        "data/\\x1b.log is written without end, and told of now and then; if it is no source,"
        ' add ignore=["data/\\\\x1b.log"]',
        'b.log is written without end, and told of now and then; if it is no source, add ignore=["b.log"]',
    ]
