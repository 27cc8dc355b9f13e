"""What is arranged around an import is as it was when the import has ended, unless user code has said otherwise."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

import pytest

from asgi_reload.workers.preparation import seldom_collected

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def threshold() -> Iterator[tuple[int, int, int]]:
    before = gc.get_threshold()
    yield before
    gc.set_threshold(*before)
    gc.enable()


def test_garbage_is_looked_for_less_often_until_the_import_ends(threshold: tuple[int, int, int]) -> None:
    with seldom_collected():
        assert gc.get_threshold()[0] > threshold[0]

    assert gc.get_threshold() == threshold


def test_an_import_that_fails_ends_as_well(threshold: tuple[int, int, int]) -> None:
    with pytest.raises(ZeroDivisionError), seldom_collected():
        _ = 1 / 0

    assert gc.get_threshold() == threshold


def test_what_user_code_sets_stays() -> None:
    with seldom_collected():
        gc.set_threshold(1234, 5, 6)
        gc.disable()

    assert (gc.get_threshold()[0], gc.isenabled()) == (1234, False)


def test_a_collector_that_is_off_stays_off() -> None:
    gc.set_threshold(0)

    with seldom_collected():
        assert gc.get_threshold()[0] == 0
    assert gc.get_threshold()[0] == 0
