"""What browsers say: which line it becomes, what is passed over, and where it ends."""

from __future__ import annotations

import logging
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asgi_reload.browser_log import MAX_ENTRIES, MAX_LINES_A_SECOND, BrowserLog, line_of
from asgi_reload.page_messages import Said

if TYPE_CHECKING:
    from collections.abc import Sequence

URL = "http://127.0.0.1:8000/shop"
logger = logging.getLogger("tests.browser_log")


def said(text: str, place: str = "", **more: Any) -> Said:
    return Said(**{"page": "p1", "level": "error", "text": text, "place": place, "count": 1, **more})


@pytest.mark.parametrize(
    ("message", "url", "line"),
    [
        (said("TypeError: x", "/static/app.js:3:7"), URL, "[/shop] TypeError: x (static/app.js:3:7)"),
        (said("TypeError: x", count=3), URL, "[/shop] TypeError: x ×3"),
        (said("x", "https://cdn.example/a.js:1:1"), URL, "[/shop] x (https://cdn.example/a.js:1:1)"),
        (said("x"), "", "[a page that has gone] x"),
        (said(""), URL, "[/shop] "),
        (said("x\n  at f (/a.js:1:1)\n  at g"), URL, "[/shop] x\n    at f (/a.js:1:1)\n    at g"),
        (said("\x1b[2J\r\ud800", "/\x07.js"), URL, "[/shop] \\x1b[2J (\\x07.js)\n    \\ud800"),
        (said("x" * 2000), URL, f"[/shop] {'x' * 499}…"),
    ],
)
def test_what_a_page_says_is_a_line_with_its_page(message: Said, url: str, line: str) -> None:
    assert line_of(message, url) == line


@given(st.text("ab*", min_size=1, max_size=6), st.text("ab", max_size=8))
def test_a_glob_is_like_what_a_shell_means(glob: str, text: str) -> None:
    log = BrowserLog(logger, [glob])
    log.hear(said(text), URL)

    assert bool(log.tail()) is not (fnmatchcase(text, glob) if "*" in glob else glob in text)


def test_a_glob_of_many_parts_is_judged_at_once() -> None:
    log = BrowserLog(logger, ["*a" * 30 + "*b"])
    log.hear(said("a" * 2000), URL)  # to try all places of each part would take longer than anybody waits

    assert len(log.tail()) == 1


def test_a_long_stack_is_cut() -> None:
    line = line_of(said("\n".join(["x"] * 2000)), URL)

    assert len(line.splitlines()) == 9


@pytest.mark.parametrize(
    ("ignore", "message", "is_kept"),
    [
        ((), said("ResizeObserver loop limit exceeded"), False),
        ((), said("what the ResizeObserver loop is about"), True),
        ((), said("Script error."), False),
        ((), said("Script error.", "/static/app.js:1:1"), True),
        (("[HMR]",), said("hello [HMR] connected"), False),
        (("[HMR]",), said("H"), True),
        (("a*c",), said("abc"), False),
        (("a*c",), said("abcd"), True),
        (("a*c",), said("abc\nat f"), False),
        (("static/vendor/*",), said("x", "/static/vendor/lib.js:1:1"), False),
        (("(",), said("x"), True),
    ],
)
def test_noise_is_passed_over(
    ignore: Sequence[str], message: Said, is_kept: bool, caplog: pytest.LogCaptureFixture
) -> None:
    log = BrowserLog(logger, ignore)

    log.hear(message, URL)

    assert bool(log.tail()) is is_kept
    assert bool(caplog.records) is is_kept


def test_the_tail_is_bounded_and_has_what_is_repeated_once() -> None:
    log = BrowserLog(logger, wall=lambda: 7.0)
    for number in range(150):
        log.hear(said(f"no {number}"), URL)
    log.hear(said("no 60", count=4), URL)

    newest, *others = log.tail()

    what = {"level": "error", "text": "no 60", "place": "", "count": 5}
    assert newest == {"at": 7.0, "page": "p1", "url": URL, **what}
    assert len(others) == MAX_ENTRIES - 1
    assert others[0]["text"] == "no 149"


def test_the_terminal_is_not_flooded(caplog: pytest.LogCaptureFixture) -> None:
    now = [0.0]
    log = BrowserLog(logger, clock=lambda: now[0])
    for number in range(MAX_LINES_A_SECOND + 200):
        log.hear(said(f"no {number}"), URL)
    assert len(caplog.records) == MAX_LINES_A_SECOND

    now[0] = 1.0
    log.hear(said("one more"), URL)

    assert [record.getMessage() for record in caplog.records[MAX_LINES_A_SECOND:]] == [
        "and 200 more messages of browsers",
        "[/shop] one more",
    ]


@pytest.mark.parametrize(
    ("level", "loudness"),
    [("error", "ERROR"), ("warning", "WARNING"), ("info", "INFO"), ("log", "INFO"), ("debug", "INFO")],
)
def test_each_level_has_its_loudness(level: str, loudness: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    BrowserLog(logger).hear(said("x", level=level), URL)

    assert [record.levelname for record in caplog.records] == [loudness]
