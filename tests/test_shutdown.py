"""The handlers that were there still run, ours is told first, and nothing is left behind."""

from __future__ import annotations

import os
import signal
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import anyio
import pytest

from asgi_reload.shutdown import stop_signal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

pytestmark = pytest.mark.anyio


@pytest.fixture
def heard() -> Iterator[list[int]]:
    """A server's own handler of SIGTERM, and the signals that it heard."""
    signals: list[int] = []

    def servers_own(number: int, frame: FrameType | None) -> None:
        signals.append(number)

    previous = signal.signal(signal.SIGTERM, servers_own)
    yield signals
    signal.signal(signal.SIGTERM, previous)


def open_descriptors() -> int:
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


async def test_both_we_and_the_server_hear_the_signal(heard: list[int]) -> None:
    with stop_signal() as stop, anyio.fail_after(5):
        assert stop is not None
        os.kill(os.getpid(), signal.SIGTERM)
        await stop.wait()

    assert heard == [signal.SIGTERM]


async def test_afterwards_the_handlers_are_the_servers_again(heard: list[int]) -> None:
    before = signal.getsignal(signal.SIGTERM)

    with stop_signal():
        assert signal.getsignal(signal.SIGTERM) is not before

    assert signal.getsignal(signal.SIGTERM) is before


async def test_a_handler_that_was_put_over_ours_is_kept(heard: list[int]) -> None:
    def later(number: int, frame: FrameType | None) -> None: ...

    with stop_signal():
        signal.signal(signal.SIGTERM, later)

    assert signal.getsignal(signal.SIGTERM) is later


async def test_the_default_action_is_left_alone() -> None:
    previous = signal.signal(signal.SIGTERM, signal.SIG_DFL)
    try:
        with stop_signal():
            assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
    finally:
        signal.signal(signal.SIGTERM, previous)


def test_outside_the_main_thread_there_is_nothing_to_hear() -> None:
    found: list[object] = []

    def look() -> None:
        with stop_signal() as stop:
            found.append(stop)

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()

    assert found == [None]


async def test_a_thousand_starts_leave_no_file_descriptor(heard: list[int]) -> None:
    before = open_descriptors()

    for _ in range(1000):
        with stop_signal():
            pass

    assert open_descriptors() == before
