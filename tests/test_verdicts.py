"""What pages made of updates: on the terminal where it is not what they were told, once for each update."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import pytest

from asgi_reload.html.purpose import Skip
from asgi_reload.page_messages import Ack
from asgi_reload.skips import MAX_SKIPS, Skips
from asgi_reload.verdicts import MAX_A_SECOND, MAX_SAID, Verdicts

if TYPE_CHECKING:
    from collections.abc import Sequence

URL = "http://127.0.0.1:8000/shop"
logger = logging.getLogger("tests.verdicts")


class Record:
    """Knows what pages were told."""

    def __init__(self, *told: str) -> None:
        self._told = told
        self.acks: list[tuple[Ack, str]] = []

    def acknowledge(self, ack: Ack, url: str = "") -> None:
        self.acks.append((ack, url))

    def told(self, seq: int) -> Sequence[str]:
        return self._told


def ack(outcome: Any, detail: str = "", *, seq: int = 1, page: str = "p1") -> Ack:
    return Ack(page, seq, outcome, 3.0, detail)


@pytest.mark.parametrize(
    ("told", "heard", "line"),
    [
        (("patch",), ack("applied", "1 change"), None),
        (("patch",), ack("nothing", "the server sends the same page"), None),
        (("reload",), ack("reload", "app.js is a script"), None),
        (("failure",), ack("failed", "NameError: x"), None),
        ((), ack("reload", "of an update that is not known"), None),
        (
            ("patch",),
            ack("reload", "the document came from another template"),
            "on /shop: reload, the document came from another template",
        ),
        (
            ("css", "patch"),
            ack("offered", "a.js; a form has unsent input"),
            "on /shop: a reload is offered, a.js; a form has unsent input",
        ),
        (("patch",), ack("failed", "the page could not be fetched"), "on /shop: failed, the page could not be fetched"),
        (("patch",), ack("refused", "the page said not now"), "on /shop: refused, the page said not now"),
        (("patch",), ack("offered", "stopped: because"), "on /shop: stopped: because"),
        (("patch",), ack("reload", "\x1b[2J\n"), "on /shop: reload, \\x1b[2J\\n"),
    ],
)
def test_a_verdict_that_is_another_is_said(
    told: Sequence[str], heard: Ack, line: str | None, caplog: pytest.LogCaptureFixture
) -> None:
    record = Record(*told)

    Verdicts(record, logger).hear(heard, f"{URL}?secret=1")

    assert [entry.getMessage() for entry in caplog.records] == ([] if line is None else [line])
    assert record.acks == [(heard, f"{URL}?secret=1")]


def test_pages_that_say_the_same_of_an_update_are_said_once(caplog: pytest.LogCaptureFixture) -> None:
    verdicts = Verdicts(Record("patch"), logger)
    for number in range(200):
        verdicts.hear(ack("reload", "a template", page=f"p{number}"), URL)
    verdicts.hear(ack("reload", "a template", seq=2), URL)

    assert len(caplog.records) == 2


def test_many_verdicts_on_one_update_are_bounded(caplog: pytest.LogCaptureFixture) -> None:
    verdicts = Verdicts(Record("patch"), logger)
    for number in range(200):
        verdicts.hear(ack("reload", f"reason {number}"), URL)

    assert len(caplog.records) == MAX_SAID


def test_a_circle_is_said_once_however_often_it_is_stopped(caplog: pytest.LogCaptureFixture) -> None:
    verdicts = Verdicts(Record("patch"), logger)
    for seq in range(10):
        verdicts.hear(ack("offered", "stopped: because of a.json", seq=seq), URL)

    assert len(caplog.records) == 1


def test_documents_that_were_left_alone_are_kept_with_the_reason_and_bounded() -> None:
    said: list[tuple[str, str]] = []
    skips = Skips(lambda *line: said.append(line))
    for number in range(60):
        skips.note(f"/{number}", Skip("charset"))
    skips.note("/30", Skip("charset"))
    skips.note("/zip", Skip("content-encoding", "switch that off"), "zstd")

    newest, again, *others = skips.describe()

    assert newest == {"url": "/zip", "why": "content-encoding zstd", "count": 1}
    assert again == {"url": "/30", "why": "charset", "count": 2}
    assert len(others) == MAX_SKIPS - 2
    assert said == [("content-encoding", "skipped /zip: content-encoding zstd; switch that off")]


def test_pages_that_say_much_fill_no_terminal(caplog: pytest.LogCaptureFixture) -> None:
    now = 0.0
    verdicts = Verdicts(Record("patch"), logger, clock=lambda: now)
    for number in range(1_000):
        verdicts.hear(ack("failed", "it did", seq=number % 2), URL)
    assert len(caplog.records) == MAX_A_SECOND

    now = 1.0
    verdicts.hear(ack("failed", "it did", seq=7), URL)
    assert len(caplog.records) == MAX_A_SECOND + 1


@pytest.mark.parametrize(("url", "page"), [("http://[", "http://["), ("", "a page that has gone"), (URL, "/shop")])
def test_a_page_is_named_whatever_it_says_of_itself(url: str, page: str, caplog: pytest.LogCaptureFixture) -> None:
    Verdicts(Record("patch"), logger).hear(ack("failed", "it did"), url)
    assert caplog.messages == [f"on {page}: failed, it did"]
