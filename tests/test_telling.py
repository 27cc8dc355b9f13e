"""One line for each save: what, which rung, why, how long."""

from __future__ import annotations

import pytest

from asgi_reload import updates
from asgi_reload.decisions import Decision
from asgi_reload.outcome import Applied, Failed, Outcome, Refused
from asgi_reload.report import Report
from asgi_reload.telling import story, with_traceback

CSS = updates.Css(("a.css",))
PATCH = updates.Patch(("a.py",), "a.py: patch")
BROKEN = Report("NameError: name 'x' is not defined", "a.py, line 1", 'Traceback:\n  File "a.py", line 1\nNameError: x')


@pytest.mark.parametrize(
    ("names", "steps", "outcome", "line"),
    [
        (["a.css"], [CSS], None, "a.css: css, 12 ms"),
        (["a.css", "b.png"], [CSS, updates.Images(("b.png",))], None, "a.css, b.png: css; images, 12 ms"),
        (["a.html"], [updates.Patch(("a.html",))], None, "a.html: patch, 12 ms"),
        (["a.js"], [updates.Reload(("a.js",), "a script changed")], None, "a.js: reload (a script changed), 12 ms"),
        (["a.txt"], [], None, "a.txt: nothing to do, 12 ms"),
        (["a", "b", "c", "d", "e"], [], None, "a, b, c and 2 more: nothing to do, 12 ms"),
        (["a.py"], [PATCH], Applied("patch", (), "a.f changed"), "a.py: patch in place (a.f changed), 12 ms"),
        (["a.py"], [PATCH], Applied("patch", (), ""), "a.py: patch in place, 12 ms"),
        (
            ["a.py"],
            [PATCH],
            Applied("re-execute", ("a", "b"), "a.x changed", lifespan=True),
            "a.py: re-execute a, b (a.x changed, and the lifespan), 12 ms",
        ),
        (
            ["a.py"],
            [PATCH],
            Applied("re-execute", (), "it changed", lifespan=True),
            "re-execute the lifespan (it chang",
        ),
        (["a.py"], [], Applied("nothing"), "a.py: the code is the same, 12 ms"),
        (["a.py", "a.css"], [CSS], Applied("nothing"), "a.py, a.css: css, 12 ms"),
        (["a.py", "a.css"], [CSS, PATCH], Applied("patch", (), "f"), "a.py, a.css: patch in place (f); css, 12 ms"),
        (["a.py"], [PATCH], Applied("new worker", (), "a.f", lifespan=True), "a.py: new worker (a.f), 12 ms"),
        ([], [PATCH], Applied("new worker", (), "asked for"), "new worker (asked for), 12 ms"),
        (["a.py"], [updates.Restart((), "x")], Refused("C changed"), "a.py: restart needed: C changed, 12 ms"),
        (["a.py"], [updates.Restart((), "uvicorn restarts")], None, "a.py: uvicorn restarts, 12 ms"),
        (["a.py"], [PATCH, updates.Recovered()], Applied("patch", (), "f"), "patch in place (f); works again, 12 ms"),
        (["a\x1b[2J\n.py"], [], None, "a\\x1b[2J\\n.py: nothing to do, 12 ms"),
    ],
)
def test_a_save_is_one_line(names: list[str], steps: list[updates.Update], outcome: Outcome | None, line: str) -> None:
    told = story(names, Decision(tuple(steps)), outcome, 12.3)

    assert line in told
    assert "\n" not in told


def test_a_failure_says_whether_anybody_serves() -> None:
    told = [story(["a.py"], Decision(()), Failed(BROKEN, serves), 12) for serves in (True, False)]

    assert [line.partition(":")[2].splitlines()[0] for line in told] == [
        " not applied, the last good version serves on: NameError: name 'x' is not defined, 12 ms",
        " not applied, nobody serves: NameError: name 'x' is not defined, 12 ms",
    ]


def test_a_failure_has_its_traceback_below() -> None:
    line = story(["a.py"], Decision((updates.Failure("x"),)), Failed(BROKEN), 12)
    first, *rest = with_traceback(line, Failed(BROKEN)).splitlines()

    assert first == "a.py: not applied, the last good version serves on: NameError: name 'x' is not defined, 12 ms"
    assert rest == BROKEN.traceback.splitlines()


def test_what_fails_without_a_save_is_no_save_that_was_not_applied() -> None:
    ended = Failed(Report("the worker has ended: exit code 3", "", ""))
    assert story([], Decision(()), ended, None) == "the worker has ended: exit code 3"
