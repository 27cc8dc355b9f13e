"""One undo stack: after a rollback everything is as it was, whatever was written."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from asgi_reload.engines.journal import ABSENT, Journal

keys = st.sampled_from("abc")


@given(
    start=st.dictionaries(keys, st.integers()),
    writes=st.lists(st.tuples(keys, st.one_of(st.integers(), st.just(ABSENT)))),
)
def test_a_rollback_restores_a_mapping(start: dict[str, object], writes: list[tuple[str, object]]) -> None:
    mapping, journal = dict(start), Journal()

    for key, value in writes:
        journal.set_item(mapping, key, value)
    journal.rollback()
    assert mapping == start


def test_a_kept_mapping_and_list_are_restored_though_others_wrote() -> None:
    mapping, values, journal = {"a": 1}, [1, 2], Journal()
    journal.keep(mapping)
    journal.keep_list(values)

    mapping.clear()
    mapping["b"] = 2
    values.append(3)
    journal.rollback()
    assert (mapping, values) == ({"a": 1}, [1, 2])


def test_a_frozen_object_is_written_and_restored() -> None:
    @dataclass(frozen=True)
    class Frozen:
        x: int

    frozen, journal = Frozen(1), Journal()
    journal.set_attribute(frozen, "x", 2)
    assert frozen.x == 2
    journal.rollback()
    assert frozen.x == 1


def test_one_undo_that_fails_does_not_keep_the_others_from_being_done() -> None:
    mapping, journal = {"a": 1}, Journal()
    journal.set_item(mapping, "a", 2)
    journal.on_rollback(lambda: 1 / 0)
    journal.rollback()

    assert mapping == {"a": 1}


def test_what_is_forgotten_stays() -> None:
    mapping, journal = {"a": 1}, Journal()
    journal.set_item(mapping, "a", 2)
    journal.forget()
    journal.rollback()

    assert mapping == {"a": 2}


def test_an_order_is_restored_when_the_writes_are_undone() -> None:
    mapping = {"a": 1, "b": 2, "c": 3}
    journal = Journal()
    journal.keep_order(mapping)
    journal.set_item(mapping, "a", ABSENT)
    journal.set_item(mapping, "a", 4)
    mapping["d"] = 5
    assert list(mapping) == ["b", "c", "a", "d"]

    journal.rollback()
    assert list(mapping.items()) == [("a", 1), ("b", 2), ("c", 3), ("d", 5)]
