"""What threads leave for the one task, and what the task makes of a settled path."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING

import anyio
import pytest

from asgi_reload.watching.inbox import MOST_HINTS, Hints, Inbox, Learned
from asgi_reload.watching.judge import Judge
from asgi_reload.watching.settle import Close, Settle, Wait
from asgi_reload.watching.snapshot import Snapshot, read

from .kit import select, write

if TYPE_CHECKING:
    from pathlib import Path

    from asgi_reload.watching.snapshot import Look

pytestmark = pytest.mark.anyio


async def test_a_note_wakes_the_task_and_notes_keep_their_order() -> None:
    inbox = Inbox()
    notes = [Hints(frozenset({f"{number}"}), 0.0) for number in range(50)]

    def put_all() -> None:
        for note in notes:
            inbox.put(note)

    thread = threading.Thread(target=put_all)
    thread.start()
    received: list[object] = []

    with anyio.fail_after(5):
        while len(received) < len(notes):
            received += (await inbox.wait(None))[0]

    thread.join()
    assert received == notes
    assert await inbox.wait(0) == ([], False)
    inbox.close()


async def test_more_hints_than_anybody_reads_become_one() -> None:
    inbox = Inbox()
    crowd = Hints(frozenset(str(number) for number in range(MOST_HINTS // 2)), 0.0)

    for _ in range(10):
        inbox.put(crowd)

    inbox.put(Learned({}))
    assert await inbox.wait(None) == ([crowd, crowd, Learned({})], True)
    inbox.put(crowd)
    assert await inbox.wait(None) == ([crowd], False)
    inbox.close()


async def test_what_comes_after_closing_is_dropped() -> None:
    inbox = Inbox()
    inbox.close()
    inbox.put(Learned({}))


@pytest.mark.parametrize(("remains", "look"), [("", "emptied"), (None, "gone")])
async def test_a_save_that_is_half_done_when_it_is_read_goes_back_to_wait(
    tmp_path: Path, remains: str | None, look: Look
) -> None:
    path = write(tmp_path, {"a.css": "before"}) / "a.css"
    snapshot, settle = Snapshot(), Settle(0.05, 0.5)
    snapshot.update(str(path), read(str(path)))
    judge = Judge(select(tmp_path), snapshot, settle)

    path.unlink() if remains is None else path.write_text(remains)
    assert await judge.judge(Close({str(path): "saved"}, 1.0)) is None
    assert settle.awaits(str(path))
    assert isinstance(settle.decide(0.0), Wait)

    batch = await judge.judge(Close({str(path): look}, 1.0))
    assert batch is not None
    assert [change.kind for change in batch] == ["deleted" if remains is None else "modified"]
    assert batch.detected == 1.0


async def test_a_pipe_in_the_place_of_a_file_is_never_opened(tmp_path: Path) -> None:
    path = write(tmp_path, {"a.css": "before"}) / "a.css"
    snapshot, settle = Snapshot(), Settle(0.05, 0.5)
    snapshot.update(str(path), read(str(path)))
    path.unlink()
    os.mkfifo(path)

    batch = await Judge(select(tmp_path), snapshot, settle).judge(Close({str(path): "gone"}, 1.0))
    assert batch is not None
    assert [change.kind for change in batch] == ["deleted"]
