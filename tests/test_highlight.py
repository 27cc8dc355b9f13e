"""What the parts of a line are; for any text, and from any line of a file on."""

from __future__ import annotations

import io
import keyword
import tokenize
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asgi_reload import excerpts, faults, highlight
from asgi_reload.highlight import Mark, highlighted

SOURCE = '''\
"""Prices.
def not_one(): 1
"""
@app.get("/price")  # where it is shown
async def price(coins: int = 0x1F, *, id=3) -> str:
    total = f"{coins!r} # no comment" + 1.5e-3
    shop.print(len(total), id="it's")
    text = "one \\
two" + str(3)
    match total:
        case [1, _]: pass
    return rb"""a
class B:""" + None
'''
LINES = SOURCE.splitlines(keepends=True)
SHOWN = SOURCE.splitlines()
QUOTES = st.text(alphabet="\"'\\# \n@afrbdef.0x", max_size=80)


def parts(line: int) -> list[tuple[str, str]]:
    return [(SHOWN[line - 1][start:end], kind) for start, end, kind in highlighted(LINES, 0, SHOWN)[line - 1]]


def test_each_part_is_told_by_what_it_is() -> None:
    assert parts(2) == [("def not_one(): 1", "string")]
    assert parts(4) == [("@app.get", "decorator"), ('"/price"', "string"), ("# where it is shown", "comment")]
    assert parts(5) == [
        *[("async", "keyword"), ("def", "keyword"), ("price", "name"), ("int", "builtin"), ("0x1F", "number")],
        *[("3", "number"), ("str", "builtin")],
    ]
    assert parts(6) == [('f"{coins!r} # no comment"', "string"), ("1.5e-3", "number")]
    assert parts(7) == [("len", "builtin"), ('"it\'s"', "string")]
    assert parts(9) == [('two"', "string"), ("str", "builtin"), ("3", "number")]
    assert parts(10) == [("match", "keyword")]
    assert parts(13) == [('class B:"""', "string"), ("None", "keyword")]


def test_an_excerpt_is_told_as_the_whole_is() -> None:
    whole = highlighted(LINES, 0, SHOWN)

    assert all(highlighted(LINES, first, SHOWN[first:]) == whole[first:] for first in range(len(LINES)))


@pytest.mark.parametrize("module", [excerpts, faults, highlight, pytest, tokenize])
def test_real_files_are_told_as_python_reads_them(module: object) -> None:
    text = Path(str(getattr(module, "__file__", ""))).read_text(encoding="utf-8")
    lines = text.splitlines(keepends=True)
    marks = highlighted(lines, 0, [line.rstrip("\n") for line in lines])

    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type not in (tokenize.COMMENT, tokenize.NAME, tokenize.STRING) or token.start[0] != token.end[0]:
            continue
        kinds = {
            kind for start, end, kind in marks[token.start[0] - 1] if (start, end) == (token.start[1], token.end[1])
        }
        match token.type:
            case tokenize.COMMENT:
                assert kinds == {"comment"}, token
            case tokenize.STRING:
                assert kinds == {"string"}, token
            case _:
                assert keyword.iskeyword(token.string) == (kinds == {"keyword"}), token


@given(st.lists(st.one_of(st.text(), QUOTES), max_size=8), st.integers(0, 8))
def test_marks_are_in_order_and_in_their_line_whatever_the_text(texts: list[str], first: int) -> None:
    lines = [line for text in texts for line in (text or " ").splitlines(keepends=True)]
    shown = [line.rstrip("\r\n") for line in lines[first:]]

    told = highlighted(lines, min(first, len(lines)), shown)

    assert len(told) == len(shown)
    for text, marks in zip(shown, told, strict=True):
        ends = [column for start, end, _ in marks for column in (start, end)]
        assert ends == sorted(ends)
        assert not ends or (ends[0] >= 0 and ends[-1] <= len(text))
        assert all(start < end for start, end, _ in marks)


@pytest.mark.parametrize("unit", ['"', "'''", 'a"\\', "(", "1_", "@a", "match ", "def print "])
def test_a_large_file_and_a_long_line_are_bounded(unit: str) -> None:
    lines = [unit * 100_000 + "\n", "x = 1\n", *[f"{unit * 3} # it's\n"] * 60_000, "y = 1\n"]

    marks: list[tuple[Mark, ...]] = []
    for first in (0, 1, len(lines) - 1):
        marks += highlighted(lines, first, [lines[first][:300]])

    assert all(len(found) <= highlight.MAX_MARKS for found in marks)


def test_below_a_very_long_text_reading_begins_where_code_is_likely() -> None:
    lines = ["'''" + "x" * 40_000 + "\n", "it's text\n", "'''\n", *["x = 1\n"] * 6_000, "def f():\n", "    return 1\n"]

    assert highlighted(lines, len(lines) - 1, ["    return 1"]) == (((4, 10, "keyword"), (11, 12, "number")),)
