"""A failure as data: which exceptions, where in whose files, with the lines around. Bounded; the same through JSON."""

from __future__ import annotations

import json
import runpy
import sys
from textwrap import dedent
from typing import TYPE_CHECKING

import pytest

from asgi_reload.faults import MAX_FAULTS, MAX_FRAMES, MAX_WORDS
from asgi_reload.html.failure_page import failure_page
from asgi_reload.report import Report, report

if TYPE_CHECKING:
    from pathlib import Path


CHAIN = """
error = None
for n in range(200):
    new = ValueError(n)
    new.__cause__ = error
    error = new
raise error
"""


def failing(folder: Path, text: str, name: str = "main.py") -> Report:
    """The report of what comes of running this file."""
    (folder / name).write_text(dedent(text).lstrip("\n"))
    with pytest.raises(BaseException) as raised:
        runpy.run_path(str(folder / name))
    return report(raised.value, folder)


def test_the_frame_that_raised_comes_first_with_its_lines_and_columns(tmp_path: Path) -> None:
    told = failing(
        tmp_path,
        """
        def price(coins):
            total = coins + 1
            return total / 0


        price(2)
        """,
    )

    (fault,) = told.faults
    frame = fault.frames[0]
    assert (fault.title, fault.link) == ("ZeroDivisionError: division by zero", "")
    assert (frame.file, frame.line, frame.name, frame.owner) == ("main.py", 3, "price", "")
    assert frame.source[frame.line - frame.first] == "    return total / 0"
    assert frame.columns is not None
    assert frame.source[2][slice(*frame.columns)] == "total / 0"
    assert {"Python"} < {other.owner for other in fault.frames[1:]}


def test_what_led_to_it_follows(tmp_path: Path) -> None:
    told = failing(
        tmp_path,
        """
        try:
            try:
                {}["missing"]
            except KeyError:
                raise ValueError("while handling")
        except ValueError as error:
            raise RuntimeError("at last") from error
        """,
    )

    assert [(fault.title, fault.link) for fault in told.faults] == [
        ("RuntimeError: at last", ""),
        ("ValueError: while handling", "cause"),
        ("KeyError: 'missing'", "context"),
    ]


def test_a_group_is_told_with_its_members(tmp_path: Path) -> None:
    told = failing(
        tmp_path, 'raise ExceptionGroup("both", [ValueError("a"), ExceptionGroup("inner", [TypeError("b")])])'
    )

    assert [(fault.title, fault.link, fault.depth) for fault in told.faults] == [
        ("ExceptionGroup: both (2 sub-exceptions)", "", 0),
        ("ValueError: a", "member", 1),
        ("ExceptionGroup: inner (1 sub-exception)", "member", 1),
        ("TypeError: b", "member", 2),
    ]


def test_a_syntax_error_has_a_place_though_nothing_was_called(tmp_path: Path) -> None:
    told = failing(tmp_path, "price = 1\ntotal = = 2\n")

    frame = told.faults[0].frames[0]
    assert (frame.file, frame.line) == ("main.py", 2)
    assert frame.columns is not None
    assert frame.source[1][frame.columns[0]] == "="


def test_notes_and_hints_are_told(tmp_path: Path) -> None:
    told = failing(
        tmp_path,
        """
        prices = 1
        try:
            price
        except NameError as error:
            error.add_note("look at the shop")
            raise
        """,
    )

    # Before 3.12 only the interpreter itself has hints, for its own last words.
    assert told.faults[0].hint == "Did you mean: 'prices'?" or sys.version_info < (3, 12)
    assert told.faults[0].title == "NameError: name 'price' is not defined"
    assert told.faults[0].notes == "look at the shop"


@pytest.mark.parametrize(
    "text",
    [
        'raise ValueError("x" * 1_000_000)',
        "def f(n):\n    return f(n + 1)\n\n\nf(0)",
        'raise ExceptionGroup("many", [ValueError(str(n)) for n in range(1_000)])',
        "class Bad(Exception):\n    def __str__(self):\n        raise RuntimeError('no words')\n\n\nraise Bad()",
        CHAIN,
        'raise ValueError("\\ud800 \\x1b[2J \\u202e </pre><script>")',
    ],
    ids=["a megabyte", "a recursion", "a wide group", "without words", "a long chain", "odd characters"],
)
def test_whatever_is_raised_is_bounded_and_is_text(tmp_path: Path, text: str) -> None:
    told = failing(tmp_path, text)

    assert 1 <= len(told.faults) <= MAX_FAULTS
    assert all(len(fault.title) <= MAX_WORDS and len(fault.frames) <= MAX_FRAMES + 1 for fault in told.faults)
    assert Report.decode(json.loads(json.dumps(told.encode()))) == told
    page = failure_page(told, "n")
    assert "<script" not in page
    assert "\x1b" not in page


def test_no_excerpt_is_shown_of_what_may_be_secret(tmp_path: Path) -> None:
    told = failing(tmp_path, 'PASSWORD = "hunter2"\n1 / 0\n', name="settings.env")

    assert told.faults[0].frames[0].source == ()


def test_a_page_names_no_place_outside_of_the_project(tmp_path: Path) -> None:
    told = failing(tmp_path, 'import json\n\njson.loads("{")\n')

    frames = told.faults[0].frames
    assert all(frame.file[:1] != "/" for frame in frames)
    assert "json/decoder.py" in {frame.file for frame in frames}
