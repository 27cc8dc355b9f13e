"""Fingerprints: equal where two modules behave alike, and the rule that says which differences count."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import pytest

from asgi_reload.engines.comparing import differences
from asgi_reload.engines.fingerprint import describe

START = """
import json
LIMIT = 1
table = {"a": [1, 2]}
def f(x=1):
    return x
class A:
    size = 3
    def m(self):
        return 1
thing = A()
"""


def module(text: str) -> dict[str, Any]:
    made = ModuleType("sample")
    exec(text, vars(made))
    return describe({"sample": made})


def test_the_same_text_has_the_same_fingerprint() -> None:
    assert module(START) == module(START)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("LIMIT = 1", "LIMIT = 2"),
        ("[1, 2]", "[1, 3]"),
        ("x=1", "x=2"),
        ("return x", "return -x"),
        ("size = 3", "size = 4"),
        ("        return 1", "        return 2"),
        ("import json", "import math"),
        ("thing = A()", "thing = A"),
        ("def f", "\n\ndef f"),
    ],
)
def test_what_differs_is_seen(old: str, new: str) -> None:
    assert module(START) != module(START.replace(old, new))


def test_a_difference_that_was_there_before_does_not_count() -> None:
    fresh_before, fresh_after = {"hits": "0", "limit": "1"}, {"hits": "0", "limit": "2"}

    assert differences({"hits": "7", "limit": "1"}, fresh_before, {"hits": "7", "limit": "2"}, fresh_after) == []
    assert differences({"hits": "7", "limit": "1"}, fresh_before, {"hits": "7", "limit": "1"}, fresh_after) == [
        "limit: '1', expected '2'"
    ]
    assert differences({"hits": "0", "limit": "1"}, fresh_before, {"hits": "1", "limit": "2"}, fresh_after) == [
        "hits: '1', expected '0'"
    ]
