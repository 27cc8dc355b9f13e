"""The page for an app that fails: which calls are shown, what is folded; nothing in it is markup."""

from __future__ import annotations

from typing import Any

import html5lib

from asgi_reload.editor import Editor
from asgi_reload.faults import Fault, Frame
from asgi_reload.html.failure_page import failure_page, runs_of
from asgi_reload.report import Report

NAMESPACE = "{http://www.w3.org/1999/xhtml}"


def frame(line: int = 2, owner: str = "", **more: Any) -> Frame:
    given = {
        "file": "shop.py",
        "line": line,
        "name": "sell",
        "owner": owner,
        "first": 1,
        "source": ("", "total = 1 +* 2", ""),
        "columns": (11, 12),
        "marks": ((), ((8, 9, "number"), (13, 14, "number")), ()),
        "path": "/home/me/shop.py",
    }
    return Frame(**{**given, **more})


def fault(*frames: Frame, **more: Any) -> Fault:
    return Fault(**{"title": "ValueError: no", "notes": "", "frames": frames, **more})


def page_of(*faults: Fault, editor: Editor | None = None, title: str = "ValueError: no") -> Any:
    return html5lib.parse(failure_page(Report(title, "shop.py, line 2", "", faults), "n0", editor))


def all_of(page: Any, tag: str, kind: str = "") -> list[Any]:
    return [one for one in page.iter(NAMESPACE + tag) if not kind or kind in one.get("class", "").split()]


def words(element: Any) -> str:
    return "".join(element.itertext())


def test_the_line_that_failed_is_marked_and_its_columns_are_underlined() -> None:
    page = page_of(fault(frame()))

    (line,) = all_of(page, "span", "line")
    assert line.get("class") == "line here"
    assert words(line) == "2total = 1 +* 2\n"
    assert [words(one) for one in all_of(page, "mark")] == ["*"]
    assert [words(one) for one in all_of(page, "span", "numeral")] == ["1", "2"]


def test_columns_and_marks_that_fit_no_line_are_cut() -> None:
    page = page_of(fault(frame(columns=(10, 99), marks=((), ((0, 400, "string"),), ()))))

    assert [words(one) for one in all_of(page, "mark")] == ["+* 2"]


def test_calls_of_libraries_are_folded_and_the_users_own_are_shown() -> None:
    page = page_of(fault(frame(owner="json"), frame(), frame(owner="starlette"), frame(owner="anyio")))

    assert [words(one) for one in all_of(page, "summary")] == ["1 frame of json", "2 frames of starlette, anyio"]
    assert len(all_of(page, "pre")) == 1


def test_where_all_calls_are_a_librarys_the_last_is_shown() -> None:
    runs = runs_of([frame(owner="json", line=1), frame(owner="json"), frame(owner="anyio")])

    assert [(is_shown, len(run)) for is_shown, run in runs] == [(True, 1), (False, 2)]


def test_a_recursion_is_folded() -> None:
    runs = runs_of([frame()] * 50)

    assert [(is_shown, len(run)) for is_shown, run in runs] == [*[(True, 1)] * 4, (False, 46)]


def test_places_are_links_into_the_editor_and_into_nothing_else() -> None:
    (link,) = all_of(page_of(fault(frame()), editor=Editor("zed://file{file}:{line}:{column}")), "a")

    assert (words(link), link.get("href")) == ("shop.py", "zed://file/home/me/shop.py:2:12")
    assert all_of(page_of(fault(frame()), editor=Editor("javascript:alert({line})//{file}{column}")), "a") == []
    assert all_of(page_of(fault(frame())), "a") == []


def test_what_led_to_it_says_how_and_groups_are_indented() -> None:
    page = page_of(fault(frame()), fault(title="KeyError: 1", link="cause"), fault(link="member", depth=9))

    assert [words(one) for one in all_of(page, "h2")] == ["caused byKeyError: 1", "one of themValueError: no"]
    assert [one.get("class") for one in all_of(page, "section")] == ["fault depth-0", "fault depth-4"]


def test_a_hint_and_what_was_left_out_are_told() -> None:
    page = page_of(fault(frame(), hint="Did you mean: 'total'?", more=7, notes="a note"))

    told = [
        (one.get("class"), words(one)) for one in all_of(page, "p") if one.get("class") in ("hint", "notes", "more")
    ]
    assert told == [("hint", "Did you mean: 'total'?"), ("notes", "a note"), ("more", "and 7 more")]


def test_nothing_of_a_failure_is_markup() -> None:
    evil = "</script><img src=x onerror=alert(1)><b a='\" onclick=1"
    page = page_of(
        fault(
            frame(file=evil, name=evil, source=(evil,), first=2), frame(owner=evil), title=evil, hint=evil, notes=evil
        ),
        title=evil,
    )

    assert words(all_of(page, "h1")[0]) == evil
    assert {tag for tag in ("img", "script", "b", "iframe") if all_of(page, tag)} == set()
    assert not [one for one in page.iter() if {"onclick", "onerror", "style"} & set(one.attrib)]
    assert [one.get("nonce") for one in all_of(page, "style")] == ["n0"]
