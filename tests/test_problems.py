"""What is wrong right now: the ledger, and a developer's app that fails and is mended."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from asgi_reload.problems import MAX_PROBLEMS, Problems
from asgi_reload.report import Report

from .pages import DEADLINE, Listener, listening
from .sites import STEP, Site, make, served_by

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

APP = """
    from starlette.applications import Starlette
    from starlette.responses import HTMLResponse, PlainTextResponse
    from starlette.routing import Route, WebSocketRoute

    from asgi_reload import ReloadMiddleware
    from prices import price


    async def home(request):
        return HTMLResponse("<!doctype html><title>Shop</title>")


    async def shown(request):
        return PlainTextResponse(str(price(request.query_params.get("item", "tea"))))


    async def live(socket):
        await socket.accept()
        while True:
            await socket.send_text(str(price(await socket.receive_text())))


    routes = [Route("/", home), Route("/price", shown), WebSocketRoute("/live", live)]
    app = ReloadMiddleware(Starlette(routes=routes), editor="vscode")
    """
PRICES = """
    PRICES = {"tea": 3}


    def price(item):
        return PRICES[item]
    """


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    folder = make(tmp_path / "shop", {"main.py": APP, "prices.py": PRICES})
    with served_by("uvicorn-httptools", folder) as served:
        yield served


def test_what_is_known_by_a_key_is_replaced_and_counted_if_it_is_the_same() -> None:
    told: list[int] = []
    problems = Problems(on_change=told.append, clock=lambda: 7.0)

    problems.add("a", "save", Report("one", "", ""), "a.py")
    problems.add("a", "save", Report("one", "", ""), "a.py")
    assert [(p.id, p.report.title, p.count) for p in problems] == [("1", "one", 2)]

    problems.add("a", "save", Report("two", "", ""), "a.py")
    problems.add("b", "request", Report("three", "", ""), "GET /")
    assert [problem.report.title for problem in problems] == ["three", "two"]
    assert problems.of("request") == ("b",)

    problems.clear("b", "nothing of that name")
    problems.clear("a")
    problems.clear("a")
    assert told == [1, 1, 1, 2, 1, 0]


def test_only_so_many_are_kept() -> None:
    problems = Problems()
    for number in range(100):
        problems.add(str(number), "request", Report(str(number), "", ""))

    assert len(problems) == MAX_PROBLEMS
    assert next(iter(problems)).report.title == "99"


def test_requests_that_fail_do_not_make_a_save_forgotten() -> None:
    problems = Problems()
    problems.add("code", "save", Report("the cause", "", ""))
    for number in range(100):
        problems.add(str(number), "request", Report(str(number), "", ""))

    assert len(problems) == MAX_PROBLEMS
    assert problems.of("save") == ("code",)


def test_a_request_that_the_app_fails_at_is_a_problem_until_it_is_healed(site: Site) -> None:
    with listening(site.url) as page:
        assert page.next("hello")["problems"] == 0
        fail(site)
        assert page.next("problems")["count"] == 1
        (problem,) = full(site, page)
        assert (problem["title"], problem["where"], problem["source"]) == ("KeyError: 'salt'", "GET /price", "request")
        (fault,) = problem["faults"]
        own = [frame for frame in fault["frames"] if not frame["owner"]]
        assert (own[0]["file"], own[0]["line"], own[0]["name"]) == ("prices.py", 5, "price")
        assert own[0]["href"] == f"vscode://file{site.folder}/prices.py:5:12"

        with listening(site.url) as late:
            assert late.next("hello")["problems"] == 1
        status = site.status()
        assert (status["fine"], len(status["problems"])) == (False, 1)
        assert str(site.folder) not in str(status["problems"])

        site.get("/price")
        assert page.next("problems")["count"] == 0
        assert site.status()["fine"] is True


def test_a_save_heals_what_requests_failed_at(site: Site) -> None:
    with listening(site.url) as page:
        page.next("hello")
        fail(site)
        assert page.next("problems")["count"] == 1
        site.edit("prices.py", "PRICES[item]", "PRICES.get(item, 1)")
        assert page.next("problems")["count"] == 0
        assert site.get("/price?item=salt") == "1"


def test_a_save_that_fails_is_a_problem_until_the_next_good_one(site: Site) -> None:
    with listening(site.url) as page:
        page.next("hello")
        site.edit("prices.py", "return PRICES[item]", "return PRICES[item")
        assert page.next("problems")["count"] == 1
        update = page.next("update")
        assert [(step["type"], step["detail"]) for step in update["steps"]] == [("failure", "prices.py, line 5")]
        (problem,) = full(site, page)
        assert (problem["source"], problem["where"]) == ("save", "prices.py")
        assert problem["title"] == "SyntaxError: '[' was never closed"
        assert problem["faults"][0]["frames"][0]["columns"] is not None

        site.edit("prices.py", "return PRICES[item", "return PRICES[item]")
        assert page.next("problems")["count"] == 0


def test_a_socket_that_the_app_fails_at_is_one_too_until_one_ends_well(site: Site) -> None:
    with listening(site.url) as page:
        page.next("hello")
        with connect(f"{site.url.replace('http', 'ws', 1)}/live") as socket, pytest.raises(ConnectionClosed):
            socket.send("salt")
            socket.recv(timeout=DEADLINE)
        assert page.next("problems")["count"] == 1
        assert full(site, page)[0]["where"] == "WEBSOCKET /live"

        part(site)
        assert page.next("problems")["count"] == 0


def test_a_client_that_goes_is_no_problem(site: Site) -> None:
    with listening(site.url) as page:
        page.next("hello")
        part(site)
        until_said(site, "WebSocketDisconnect")
        fail(site)
        assert page.next("problems")["count"] == 1
        assert [problem["where"] for problem in full(site, page)] == ["GET /price"]


def part(site: Site) -> None:
    """Leave a conversation that goes well: what the app waits for raises then."""
    with connect(f"{site.url.replace('http', 'ws', 1)}/live") as socket:
        socket.send("tea")
        assert socket.recv(timeout=DEADLINE) == "3"


def until_said(site: Site, words: str) -> None:
    deadline = time.monotonic() + DEADLINE
    while words not in site.log():
        assert time.monotonic() < deadline, site.log()
        time.sleep(STEP)


def fail(site: Site) -> None:
    """On a connection of its own, which the server then closes."""
    assert httpx.get(f"{site.url}/price?item=salt", timeout=DEADLINE).status_code == 500


def full(site: Site, page: Listener) -> list[dict[str, Any]]:
    answer = site.client.get("/__reload__/problems", headers={"X-Asgi-Reload-Token": page.config["token"]})
    problems: list[dict[str, Any]] = answer.json()["problems"]
    return problems
