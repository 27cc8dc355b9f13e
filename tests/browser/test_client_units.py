"""The client's pure parts, asked directly: which URL is which path, and how a stream is read."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from asgi_reload.faults import Fault, Frame
from asgi_reload.html.excerpt import excerpt
from asgi_reload.html.failure_page import failure_page
from asgi_reload.report import Report

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

CLIENT = "asgi_reload/client"


@pytest.fixture(scope="module")
def modules(browser: Browser, pytestconfig: pytest.Config) -> Iterator[Page]:
    """An empty page of its own origin that can import the client's modules."""
    folder: Path = pytestconfig.rootpath / CLIENT
    page = browser.new_page()
    page.route(
        "http://client.test/**",
        lambda route: route.fulfill(
            body=(folder / name).read_text() if (name := route.request.url.rpartition("/")[2]) else "<!doctype html>",
            content_type="text/javascript" if name else "text/html",
        ),
    )
    page.goto("http://client.test/")
    yield page
    page.close()


def call(page: Page, module: str, name: str, *arguments: object) -> Any:
    return page.evaluate(
        "async ([module, name, args]) => (await import(`./${module}`))[name](...args)", [module, name, list(arguments)]
    )


@pytest.mark.parametrize(
    ("pathname", "path", "fits"),
    [
        ("/static/css/app.css", "app/static/css/app.css", 7),
        ("/css/app.css", "app/static/css/app.css", 5),
        ("/assets/app.css", "app/static/css/app.css", 3),
        ("/assets/app.3f2a9c.css", "src/app.css", 2),
        ("/assets/app-DiwrgTda.css", "src/app.css", 2),
        ("/src/app.3f2a9c41d2e0.css", "src/app.css", 4),
        ("/src/app-settings.css", "src/app.css", 0),
        ("/src/myapp.css", "src/app.css", 0),
        ("/src/app.css/", "src/app.css", 0),
        ("/mit%20leerzeichen/%C3%BC.css", "mit leerzeichen/ü.css", 5),
        ("/%E0%A4%A/app.css", "%E0%A4%A/app.css", 5),
        ("/", "app.css", 0),
    ],
)
def test_the_longer_the_common_end_the_better_the_fit(modules: Page, pathname: str, path: str, fits: int) -> None:
    assert call(modules, "paths.js", "fit", pathname, path) == fits


@pytest.mark.parametrize(
    ("url", "anew"),
    [
        ("app.css", "app.css?asgi-reload=2"),
        ("app.css?v=1", "app.css?v=1&asgi-reload=2"),
        ("app.css?asgi-reload=1&v=1", "app.css?v=1&asgi-reload=2"),
        ("app.css?asgi-reload=1", "app.css?asgi-reload=2"),
        ("sprite.svg#icon", "sprite.svg?asgi-reload=2#icon"),
        ("sprite.svg?a=1#icon?x", "sprite.svg?a=1&asgi-reload=2#icon?x"),
    ],
)
def test_a_url_is_asked_for_anew_as_it_was_written(modules: Page, url: str, anew: str) -> None:
    assert call(modules, "paths.js", "fresh", url, "2") == anew


@given(
    messages=st.lists(st.text(max_size=20), max_size=5), cuts=st.lists(st.integers(0, 400), max_size=8), end=st.data()
)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_stream_says_the_same_however_it_is_cut(
    modules: Page, messages: list[str], cuts: list[int], end: st.DataObject
) -> None:
    line = end.draw(st.sampled_from(["\n", "\r\n", "\r"]))
    data = [json.dumps(message) for message in messages]
    stream = "".join(f": comment{line}event: message{line}data: {text}{line}{line}" for text in data)
    edges = [0, *sorted(min(cut, len(stream)) for cut in cuts), len(stream)]
    chunks = [stream[start:stop] for start, stop in zip(edges, edges[1:], strict=False)]

    read = modules.evaluate(
        """async chunks => {
            const { eventParser } = await import("./sse.js");
            const parse = eventParser();
            return [...chunks, "\\n"].flatMap(chunk => parse(chunk));
        }""",
        chunks,
    )

    assert read == data


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "[]",
        '{"type": "hello"}',
        '{"type": "toString"}',
        '{"type": "update", "seq": 1, "generation": 1, "steps": [{"type": "eval", "paths": []}]}',
        '{"type": "update", "seq": 1, "generation": 1, "steps": [{"type": "css", "paths": [1]}]}',
        '{"type": "ping", "seq": "1"}',
    ],
)
def test_what_is_no_message_is_passed_over(modules: Page, text: str) -> None:
    assert call(modules, "messages.js", "decode", text) is None


def test_waiting_updates_become_one(modules: Page) -> None:
    css = {"type": "css", "paths": ["a.css"]}
    patch = {"type": "patch", "paths": ["a.html"], "reason": "a.html changed"}
    reload = {"type": "reload", "paths": ["a.js"], "reason": "a.js is a script", "delay": 500}
    failure = {"type": "failure", "paths": [], "title": "t", "detail": ""}

    assert call(modules, "steps.js", "joined", [css], [{**css, "paths": ["b.css"]}, patch]) == [
        {"type": "css", "paths": ["a.css", "b.css"]},
        patch,
    ]
    assert call(modules, "steps.js", "joined", [css, patch], [reload]) == [reload]
    assert call(modules, "steps.js", "joined", [failure], [{"type": "recovered", "paths": []}]) == [
        {"type": "recovered", "paths": []}
    ]


LINES = st.text(st.sampled_from(list("ab =('<&é😀") + ['"']), max_size=12)
COLUMNS: st.SearchStrategy[Any] = st.none() | st.tuples(st.integers(0, 14), st.integers(0, 14)).map(sorted).map(tuple)
KINDS: st.SearchStrategy[Any] = st.sampled_from(
    ["keyword", "string", "comment", "number", "name", "builtin", "decorator"]
)


@st.composite
def frames(draw: st.DrawFn) -> Frame:
    source = tuple(draw(st.lists(LINES, max_size=7)))
    edges = [sorted(draw(st.sets(st.integers(0, 12), max_size=6))) for _ in source]
    marks = tuple(tuple((a, b, draw(KINDS)) for a, b in zip(at[::2], at[1::2], strict=False)) for at in edges)
    line = draw(st.integers(1, 9))
    return Frame("shop.py", line, "sell", "", 1, source, draw(COLUMNS), marks)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(frame=frames(), is_main=st.booleans())
def test_an_excerpt_is_the_same_in_the_page_as_from_the_server(modules: Page, frame: Frame, is_main: bool) -> None:
    made = modules.evaluate(
        r"""async ([frame, isMain, html]) => {
          const { excerpt } = await import("./excerpt.js");
          const served = new DOMParser().parseFromString(`<body>${html}`, "text/html").body.firstChild;
          const made = excerpt(frame, isMain);
          made?.normalize();
          return made === served || (made?.isEqualNode(served) ?? false) || [made?.outerHTML, served?.outerHTML];
        }""",
        [asdict(frame), is_main, excerpt(frame, is_main=is_main)],
    )

    assert made is True


def test_a_problem_is_told_in_the_same_words_in_the_page_and_from_the_server(modules: Page) -> None:
    def call(owner: str = "", line: int = 1) -> Frame:
        return Frame("shop.py", line, "sell", owner, 1, ("one = 1", "two = 2"), (0, 3), ())

    calls = (call("json"), *(call(line=n % 2 + 1) for n in range(6)), call("starlette"), call("anyio"))
    faults = [
        Fault("lib.ValueError: no", "a note", calls, more=3, hint="Did you mean?"),
        Fault("KeyError", "", (call("json"), call("json")), "cause"),
        *(Fault(f"E: {n}", "", (call(),), "member", n) for n in range(6)),
    ]
    report = Report("lib.ValueError: no", "shop.py, line 1", "Traceback", tuple(faults))

    said = modules.evaluate(
        r"""async ([problem, html]) => {
          const { problemView } = await import("./problem.js");
          const made = problemView({ ...problem, id: "1", source: "save", where: "", at: 0, count: 1 }, "it");
          document.body.replaceChildren(made);
          const folds = () => [...made.querySelectorAll("details:not([open])")];
          while (folds().length > 0) {
            const opened = folds().map((fold) => new Promise((resolve) => fold.addEventListener("toggle", resolve)));
            folds().forEach((fold) => (fold.open = true));
            await Promise.all(opened);
          }
          const served = new DOMParser().parseFromString(html, "text/html").querySelector("main");
          const words = (root) => root.textContent.replace(/\s+/g, " ").trim();
          return [words(made).replace("Copy", ""), words(served).replace("This page follows your next save.", "")];
        }""",
        [report.described(), failure_page(report, "n")],
    )

    assert said[0].strip() == said[1].strip()
