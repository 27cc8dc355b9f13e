"""What the interpreter remembers of code that ran; and what a recording sees."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import pytest

from asgi_reload.engines.tracking import Recording, has_run

if TYPE_CHECKING:
    from types import CodeType

TEXT = """
def plain(x):
    return len([x])

def constant():
    return 1

async def coroutine():
    return len([])

def generator():
    yield len([])

def closure(x):
    def inner():
        return len([x])
    return inner

class Thing:
    def method(self):
        return self.method
"""


@pytest.fixture
def fresh() -> dict[str, Any]:
    """Functions that nobody has called; every test has its own."""
    namespace: dict[str, Any] = {}
    exec(TEXT, namespace)
    return namespace


def code_of(namespace: dict[str, Any], name: str) -> CodeType:
    owner, _, attribute = name.rpartition(".")
    code: CodeType = getattr(namespace[owner], attribute).__code__ if owner else namespace[name].__code__
    return code


@pytest.mark.parametrize("name", ["plain", "constant", "coroutine", "generator", "closure", "Thing.method"])
def test_what_nobody_called_did_not_run(fresh: dict[str, Any], name: str) -> None:
    assert has_run(code_of(fresh, name)) is not True


def test_what_was_called_ran(fresh: dict[str, Any]) -> None:
    fresh["plain"](1)
    next(fresh["generator"]())
    fresh["closure"](1)()
    fresh["Thing"]().method()

    ran = {name: has_run(code_of(fresh, name)) for name in ("plain", "generator", "closure", "Thing.method")}
    assert False not in ran.values()
    if sys.version_info[:2] != (3, 12):
        assert set(ran.values()) == {True}


def test_a_recording_sees_what_begins_to_run_while_it_is_open(fresh: dict[str, Any]) -> None:
    recording = Recording()
    recording.watch([code_of(fresh, "plain"), code_of(fresh, "constant"), code_of(fresh, "closure")])

    with recording.open():
        fresh["plain"](1)
        fresh["closure"](1)()
    fresh["constant"]()
    inner = next(c for c in fresh["closure"].__code__.co_consts if hasattr(c, "co_code"))
    assert recording.saw(code_of(fresh, "plain"))
    assert recording.saw(inner)
    if sys.version_info >= (3, 12):
        assert recording.saw(code_of(fresh, "constant")) is False


def test_one_recording_after_another_sees_the_same_code_again(fresh: dict[str, Any]) -> None:
    for _ in range(3):
        recording = Recording()
        recording.watch([code_of(fresh, "plain")])
        with recording.open():
            fresh["plain"](1)
        assert recording.saw(code_of(fresh, "plain"))
