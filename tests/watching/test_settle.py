"""When a batch is complete, with a clock that the test turns."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asgi_reload.watching.noise import CAPACITY, EVERY, RATE, Noise
from asgi_reload.watching.settle import (
    BULK,
    BULK_LIMIT,
    BULK_QUIET,
    EMPTY_HOLD,
    FEW,
    LOCK_HOLD,
    Close,
    Settle,
    Wait,
)

if TYPE_CHECKING:
    from asgi_reload.watching.snapshot import Look

    Event = tuple[str, Look | None, float, str | None]

DEBOUNCE, MAX_WAIT = 0.05, 0.5


@dataclass
class Clocked:
    """A settle and its clock; `lock` is what version control holds."""

    settle: Settle = field(default_factory=lambda: Settle(DEBOUNCE, MAX_WAIT))
    now: float = 1000.0
    lock: str | None = None

    def hint(self, look: Look | None = "saved", *paths: str) -> None:
        self.settle.hint(dict.fromkeys(paths or ("a.css",), look), self.now)

    def closes(self) -> list[str] | None:
        match self.settle.decide(self.now, self.lock):
            case Close(looks):
                return sorted(looks)
            case Wait():
                return None

    def seconds_to_close(self, step: float = 0.005, most: float = 60.0) -> float:
        began = self.now

        while self.closes() is None:
            assert self.now - began < most, "never closes"
            self.now += step

        return round(self.now - began, 3)


def many(number: int) -> list[str]:
    return [f"{index}.css" for index in range(number)]


def test_nothing_is_waited_for_where_nothing_happened() -> None:
    assert Settle(DEBOUNCE, MAX_WAIT).decide(1.0) == Wait(None)


@pytest.mark.parametrize("number", [1, 2, FEW])
def test_a_quick_save_waits_for_nothing(number: int) -> None:
    clocked = Clocked()
    clocked.hint("saved", *many(number))

    assert clocked.closes() == sorted(many(number))
    assert clocked.closes() is None


@pytest.mark.parametrize("look", ["new", "gone"])
def test_what_may_be_half_a_save_waits_for_quiet(look: Look) -> None:
    clocked = Clocked()
    clocked.hint(look)

    assert clocked.closes() is None
    assert clocked.seconds_to_close() == DEBOUNCE


def test_a_file_that_is_back_is_told_at_once() -> None:
    clocked = Clocked()
    clocked.hint("gone")
    assert clocked.closes() is None
    clocked.hint("saved")
    assert clocked.closes() == ["a.css"]


def test_a_temporary_file_that_is_gone_again_is_forgotten() -> None:
    clocked = Clocked()
    clocked.hint("new", "tmp1")
    clocked.hint(None, "tmp1")

    assert clocked.settle.decide(clocked.now) == Wait(None)


def test_a_burst_waits_for_quiet_and_not_for_ever() -> None:
    clocked = Clocked()
    paths = many(FEW + 1)
    began = clocked.now

    while clocked.closes() is None:
        clocked.hint("saved", *paths)
        clocked.now += 0.02

    assert MAX_WAIT <= clocked.now - began < MAX_WAIT + 0.05

    clocked.hint("saved", *paths)
    assert clocked.seconds_to_close() == DEBOUNCE


def test_a_bulk_is_held_as_long_as_it_goes_on() -> None:
    clocked = Clocked()
    paths = many(10 * BULK)
    clocked.hint("saved", *paths[: BULK + 1])

    for path in paths[BULK + 1 :: 10]:
        clocked.now += 0.01
        clocked.hint("saved", path)
        assert clocked.closes() is None

    assert clocked.seconds_to_close() == pytest.approx(BULK_QUIET, abs=0.01)


def test_a_bulk_that_never_ends_is_told_in_parts() -> None:
    clocked = Clocked()
    began = clocked.now
    clocked.settle.bulk(clocked.now)

    while clocked.closes() is None:
        clocked.now += 0.1
        clocked.settle.bulk(clocked.now)

    assert clocked.now - began == pytest.approx(BULK_LIMIT, abs=0.2)


def test_an_emptied_file_is_held_and_holds_nobody_up() -> None:
    clocked = Clocked()
    clocked.hint("emptied", "site.css")
    clocked.hint("saved", "a.css")
    assert clocked.closes() == ["a.css"]

    clocked.now += 0.3
    assert clocked.closes() is None
    clocked.hint("saved", "site.css")
    assert clocked.closes() == ["site.css"]


def test_an_emptied_file_that_stays_so_is_told_of_even_if_it_is_touched() -> None:
    clocked = Clocked()
    began = clocked.now

    while clocked.closes() is None:
        clocked.hint("emptied")
        clocked.now += 0.01

    assert clocked.now - began == pytest.approx(EMPTY_HOLD, abs=0.02)


def test_nothing_is_told_while_version_control_is_at_work() -> None:
    clocked = Clocked(lock="checkout")
    clocked.hint("saved", *many(5))

    for _ in range(20):
        clocked.now += LOCK_HOLD / 2
        clocked.hint("saved", *many(50))
        assert clocked.closes() is None

    clocked.lock = None
    assert clocked.closes() is None
    assert clocked.seconds_to_close() == pytest.approx(BULK_QUIET, abs=0.01)


def test_a_save_beside_a_short_lock_waits_little_longer() -> None:
    clocked = Clocked(lock="status")
    clocked.hint()
    assert clocked.closes() is None
    clocked.lock = None
    assert clocked.seconds_to_close() == DEBOUNCE


def test_a_stale_lock_is_respected_once() -> None:
    clocked = Clocked(lock="of a git that crashed")
    clocked.hint()
    assert clocked.seconds_to_close() == pytest.approx(LOCK_HOLD + DEBOUNCE, abs=DEBOUNCE)

    clocked.hint()
    assert clocked.closes() == ["a.css"]

    clocked.lock = "another"
    clocked.hint()
    assert clocked.closes() is None


def test_a_lock_that_nothing_happens_under_wakes_nobody() -> None:
    assert Settle(DEBOUNCE, MAX_WAIT).decide(1.0, "lock") == Wait(None)


def test_a_noisy_file_is_told_of_now_and_then_and_others_at_once() -> None:
    clocked = Clocked()
    told = others = 0

    for tick in range(3000):
        clocked.now += 0.02
        clocked.hint("saved", "busy.txt")

        if tick % 50 == 0:
            clocked.hint("saved", "a.css")

        closed = clocked.closes() or []
        others += "a.css" in closed
        told += "busy.txt" in closed and tick > 1500

        if tick % 50 == 0:
            assert "a.css" in closed

    assert others == 60
    assert told == pytest.approx(1500 * 0.02 / EVERY, abs=1)
    assert clocked.settle.noisy(clocked.now) == ("busy.txt",)

    clocked.now += CAPACITY / RATE + 2
    assert clocked.settle.noisy(clocked.now) == ()
    clocked.hint("saved", "busy.txt")
    assert clocked.closes() == ["busy.txt"]


def test_a_person_is_never_noisy() -> None:
    noise = Noise()

    for save in range(1000):
        noise.heard("a.css", save * 0.21)

    assert noise.noisy(1000 * 0.21) == ()


def test_noise_forgets_the_quiet_first() -> None:
    noise = Noise()

    for tick in range(5000):
        noise.heard("busy.txt", tick * 0.02)
        noise.heard(f"{tick}.txt", tick * 0.02)

    assert noise.noisy(100.0) == ("busy.txt",)
    assert len(noise._buckets) <= 1024


LOOKS = st.sampled_from(["saved", "new", "gone", "emptied", None])
EVENTS = st.tuples(st.sampled_from(many(20)), LOOKS, st.floats(0.0, 0.2), st.sampled_from([None, None, "lock"]))


@settings(deadline=None, max_examples=60)
@given(st.lists(EVENTS, max_size=60))
def test_whatever_was_hinted_is_told_in_the_end(events: list[Event]) -> None:
    clocked = Clocked()
    expected: set[str] = set()

    for path, look, pause, clocked.lock in events:
        clocked.hint(look, path)
        expected = expected - {path} if look is None else expected | {path}
        expected -= set(clocked.closes() or ())
        clocked.now += pause

    clocked.lock = None

    for _ in range(400):
        expected -= set(clocked.closes() or ())
        clocked.now += 0.1

    assert not expected
    assert clocked.settle.decide(clocked.now) == Wait(None)
