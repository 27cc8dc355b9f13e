"""An app that raises still answers with a page that heals itself; a patch gets the report as JSON."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect
from starlette.responses import HTMLResponse, PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from asgi_reload.editor import Editor
from asgi_reload.errors import AppFailed, NoWorker
from asgi_reload.failure import FailureBoundary, Failures
from asgi_reload.problems import Problems
from asgi_reload.report import MAX_TRACEBACK, Report, report

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

PATCH = {"x-asgi-reload-page": "p1"}


async def raising(scope: Scope, receive: Receive, send: Send) -> None:
    raise ValueError("</title><script>alert(1)</script>")


def boundary(app: ASGIApp, *, is_developer: bool) -> FailureBoundary:
    here = Path(__file__).parent
    return FailureBoundary(app, lambda error: report(error, here), lambda: is_developer, Editor())


def client(app: ASGIApp) -> TestClient:
    async def one_boundary_a_request(scope: Scope, receive: Receive, send: Send) -> None:
        await boundary(app, is_developer=True)(scope, receive, send)

    return TestClient(one_boundary_a_request, raise_server_exceptions=False)


def failing(debug: bool) -> Starlette:
    async def home(request: object) -> PlainTextResponse:
        raise ValueError("boom")

    return Starlette(debug=debug, routes=[Route("/", home)])


@pytest.mark.parametrize(
    ("error", "is_news"),
    [
        (ValueError("boom"), True),
        (AppFailed(Report("ValueError: boom", "", ""), started=False), True),
        (WebSocketDisconnect(1001), False),
        (ClientDisconnect(), False),
        (AppFailed(Report("starlette.websockets.WebSocketDisconnect: (1001, '')", "", ""), started=True), False),
        (NoWorker(Report("SyntaxError: invalid syntax", "", "")), False),
    ],
)
def test_what_is_no_failure_of_the_app_is_nothing_to_read(error: Exception, is_news: bool) -> None:
    problems = Problems()
    scope = {"type": "http", "method": "GET", "path": "/", "headers": []}

    assert noted(problems, is_developer=True).note(dict(scope), error) is is_news
    assert len(problems) == is_news
    assert not noted(problems, is_developer=False).note(dict(scope), error)


def noted(problems: Problems, *, is_developer: bool) -> Failures:
    return Failures(problems, lambda: Path(__file__).parent, lambda scope: is_developer, Editor())


def test_the_failure_is_a_page_in_its_own_words_but_never_markup() -> None:
    answer = client(raising).get("/")

    assert answer.status_code == 500
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "&lt;script&gt;alert(1)" in answer.text
    assert "<script>" not in answer.text
    assert "<span class=file>test_failure.py</span>, line " in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_a_patch_gets_the_report_as_json() -> None:
    answer = client(failing(debug=False)).get("/", headers=PATCH)

    assert (answer.status_code, answer.headers["x-asgi-reload"]) == (500, "failed")
    assert answer.json()["title"] == "ValueError: boom"
    assert answer.json()["detail"].startswith("test_failure.py, line ")
    assert "Traceback (most recent call last)" in answer.json()["traceback"]


def test_a_frameworks_bare_500_gives_way_to_the_failure() -> None:
    assert "ValueError: boom" in client(failing(debug=False)).get("/").text


def test_a_frameworks_debug_page_is_kept_on_the_screen_but_not_for_a_patch() -> None:
    assert "ValueError" in client(failing(debug=True)).get("/", headers={"accept": "text/html"}).text
    assert "This page follows" not in client(failing(debug=True)).get("/", headers={"accept": "text/html"}).text
    assert client(failing(debug=True)).get("/", headers=PATCH).json()["title"] == "ValueError: boom"


def test_an_answer_of_500_that_is_not_an_exception_passes() -> None:
    async def home(request: object) -> PlainTextResponse:
        return PlainTextResponse("out of tea", 500)

    assert client(Starlette(routes=[Route("/", home)])).get("/").text == "out of tea"


def test_an_app_that_raises_in_mid_answer_is_left_to_the_server() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await HTMLResponse("<p>half")(scope, receive, send)
        raise ValueError("late")

    assert client(app).get("/").text == "<p>half"
    with pytest.raises(ValueError, match="late"):
        TestClient(client(app).app).get("/")


def test_nobody_else_is_shown_what_failed() -> None:
    async def stranger(scope: Scope, receive: Receive, send: Send) -> None:
        await boundary(failing(debug=False), is_developer=False)(scope, receive, send)

    assert TestClient(stranger, raise_server_exceptions=False).get("/").text == "Internal Server Error"


def test_a_report_is_bounded_and_survives_an_exception_that_cannot_speak() -> None:
    class Mute(Exception):
        def __str__(self) -> str:
            raise RuntimeError("no words")

    def deep(n: int) -> None:
        if n == 0:
            raise Mute
        deep(n - 1)

    with pytest.raises(Mute) as raised:
        deep(500)

    result = report(raised.value, Path("/nowhere"))
    assert "Mute" in result.title
    assert len(result.traceback) <= MAX_TRACEBACK
    assert len(report(ValueError("x" * 10**6), Path("/nowhere")).title) <= 200
