"""Whether something was written into, as an object shows it; what the collector takes was written by nobody."""

from __future__ import annotations

import weakref
from collections import deque
from typing import TYPE_CHECKING

import pytest

from asgi_reload.engines.digest import Digest

if TYPE_CHECKING:
    from collections.abc import Callable, Sized


class Thing:
    """Something that can be held weakly."""


def weak_keys(thing: Thing) -> Sized:
    return weakref.WeakKeyDictionary({thing: 1})


def weak_values(thing: Thing) -> Sized:
    return weakref.WeakValueDictionary({"thing": thing})


def weak_set(thing: Thing) -> Sized:
    return weakref.WeakSet([thing])


def table_by_reference(thing: Thing) -> Sized:
    table: dict[object, int] = {}
    table[weakref.ref(thing, lambda gone: table.pop(gone, None))] = 1
    return table


@pytest.mark.parametrize("make", [weak_keys, weak_values, weak_set, table_by_reference])
def test_what_goes_because_nobody_holds_it_was_not_written(make: Callable[[Thing], Sized]) -> None:
    thing = Thing()
    holder = {"state": make(thing)}
    digest = Digest([holder])

    del thing

    assert len(holder["state"]) == 0
    assert digest.changed() == set()


def test_what_is_added_to_a_weak_set_was_written() -> None:
    first, second = Thing(), Thing()
    things = weakref.WeakSet([first])
    digest = Digest([things])

    things.add(second)

    assert digest.reaches(things, digest.changed())


def test_what_is_taken_out_of_a_table_was_written() -> None:
    table = {"a": Thing(), "b": Thing()}
    digest = Digest([table])

    del table["a"]

    assert digest.changed() == {id(table)}


def test_what_is_appended_to_a_queue_of_a_class_of_its_own_was_written() -> None:
    class Queue(deque[int]):
        pass

    queue = Queue([1])
    digest = Digest([queue])

    queue.append(2)

    assert digest.changed() == {id(queue)}
