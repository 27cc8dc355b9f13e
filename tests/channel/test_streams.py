"""A page's line as it travels: event streams and WebSockets, their beginning, their bounds and their end."""

from __future__ import annotations

import gzip
import json
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Any

import anyio
import pytest
from anyio.lowlevel import checkpoint
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.middleware.gzip import GZipMiddleware

from asgi_reload import updates

from .kit import DEADLINE, OLD_TOKEN, TOKEN, Site, ask, connected, events, http, websocket, with_token

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message

pytestmark = pytest.mark.anyio

CSS = (updates.Css(("app.css",)),)
LINES = {"sse": events, "ws": websocket}
SEEN = {"type": "page", "page": "p1", "url": "/", "visible": True}


@pytest.fixture(params=LINES)
def transport(request: pytest.FixtureRequest) -> str:
    return str(request.param)


async def test_a_page_is_greeted_at_once_and_told_of_a_save(transport: str) -> None:
    site = Site()

    async with connected(site, LINES[transport]()) as page:
        hello = await page.next()
        site.channel.publish(CSS)
        update = await page.next()
        assert site.clients == site.hosts == 1

    assert hello | {"client": ""} == {
        "type": "hello",
        "boot": "boot-1",
        "generation": 0,
        "seq": 0,
        "client": "",
        "heartbeat": 10,
        "problems": 0,
    }
    steps = [{"type": "css", "paths": ["app.css"]}]
    assert update == {"type": "update", "seq": 1, "generation": 0, "steps": steps, "written": 0}
    assert site.clients == site.hosts == 0


async def test_a_page_comes_back_to_what_it_missed(transport: str) -> None:
    site = Site()
    site.channel.publish(CSS)
    site.channel.publish(CSS)

    async with connected(site, LINES[transport](query="boot=boot-1&seq=1&page=p1")) as page:
        assert (await page.next())["seq"] == 2
        assert (await page.next("update"))["seq"] == 2


async def test_an_event_source_comes_back_with_its_last_event() -> None:
    site = Site()
    site.channel.publish(CSS)

    scope = http("events", with_token({"last-event-id": "0"}), query="boot=boot-1&seq=1")
    async with connected(site, scope) as page:
        assert (await page.next("update"))["seq"] == 1


@pytest.mark.parametrize("last", ["", "x", "-1", "1.5", "９", "9" * 1_000_000, "1\n"])
async def test_a_last_event_that_is_no_number_is_passed_over(last: str) -> None:
    site = Site()
    site.channel.publish(CSS)
    scope = http("events", query="boot=boot-1&seq=0")
    scope["headers"] += [(b"last-event-id", last.encode()), (b"x-asgi-reload-token", TOKEN.encode())]

    async with connected(site, scope) as page:
        assert (await page.next("update"))["seq"] == 1


async def test_a_silent_line_pings(transport: str) -> None:
    async with connected(Site(heartbeat=0.02), LINES[transport]()) as page:
        assert await page.next("ping") == {"type": "ping", "seq": 0}


async def test_an_event_stream_is_neither_stored_nor_compressed_nor_buffered() -> None:
    answer = await ask(Site(), http("events", with_token(), method="HEAD"))

    assert answer.status == 200
    assert answer.body == b""
    assert answer.headers["content-type"] == "text/event-stream"
    assert answer.headers["content-encoding"] == "identity"
    assert answer.headers["x-accel-buffering"] == "no"
    assert answer.headers["cache-control"] == "no-store, no-transform"


async def test_a_stale_page_is_told_and_let_go(transport: str) -> None:
    site = Site()
    old = http("events", {"x-asgi-reload-token": OLD_TOKEN})
    scope = old if transport == "sse" else websocket(token=OLD_TOKEN)

    async with connected(site, scope) as page:
        assert page.start.get("status", 200) == 200
        assert await page.ends() == [{"type": "stale", "boot": "boot-1"}]

    assert site.hosts == 0


async def test_the_end_of_the_server_ends_the_line(transport: str) -> None:
    site = Site()

    async with connected(site, LINES[transport]()) as page:
        await page.next("hello")
        site.channel.close("the server stops")
        assert await page.ends() == [{"type": "bye", "reason": "the server stops"}]
        assert page.closed_with == (1012 if transport == "ws" else None)

    async with connected(site, LINES[transport]()) as page:
        assert await page.ends() == [{"type": "bye", "reason": "the server stops"}]


async def test_one_page_too_many_is_told_when_to_come_back(transport: str) -> None:
    site = Site(max_clients=1)

    async with connected(site, LINES[transport]()), connected(site, LINES[transport]()) as page:
        assert page.start.get("status", 200) == 200
        if transport == "sse":
            assert await page.chunk() == b"retry: 15000\n\n"
        assert await page.ends() == [{"type": "busy", "retry": 15_000}]
        assert page.closed_with == (1013 if transport == "ws" else None)


async def test_another_machine_has_its_own_limit() -> None:
    site = Site(allowed_peers=("192.168.1.0/24",))
    phone = {"peer": "192.168.1.7"}

    async with AsyncExitStack() as stack:
        for _ in range(32):
            await stack.enter_async_context(connected(site, events(**phone)))
        one_more = await stack.enter_async_context(connected(site, events(**phone)))
        assert (await one_more.next())["type"] == "busy"
        at_home = await stack.enter_async_context(connected(site, events()))
        assert (await at_home.next())["type"] == "hello"


async def test_a_page_that_does_not_read_is_let_go(transport: str) -> None:
    site = Site(patience=0.02)

    async with connected(site, LINES[transport]()) as page:
        await site.channel_is_empty()
        assert site.channel.statistics()["slow"] == 1
        await page.ends()


async def test_an_event_stream_ends_by_itself_and_in_order() -> None:
    site = Site()
    site.endpoints._streams._life = 0.02

    async with connected(site, events()) as page:
        assert [message["type"] for message in await page.ends()] == ["hello"]

    assert site.channel.statistics()["slow"] == 0


async def test_a_socket_chooses_our_subprotocol() -> None:
    async with connected(Site(), websocket()) as page:
        assert page.start["subprotocol"] == "asgi-reload"

    scope = {**websocket(token=None, query=f"token={TOKEN}"), "subprotocols": []}
    async with connected(Site(), scope) as page:
        assert page.start["subprotocol"] is None


async def test_a_page_speaks_over_its_socket() -> None:
    site = Site()

    async with connected(site, websocket()) as page:
        await page.next("hello")
        await page.say_json(SEEN)
        await page.say(json.dumps({**SEEN, "page": "p2"}).encode())
        await anyio.wait_all_tasks_blocked()
        assert {(page.id, page.transport) for page in site.channel.pages} == {("p1", "ws"), ("p2", "ws")}

    assert len(site.channel.pages) == 0


@pytest.mark.parametrize(
    ("said", "code"),
    [("{", 1008), (b"\xff", 1008), ('{"type": "evil"}', 1008), ("x" * 4097, 1009), (b"x" * 4097, 1009), ("", 1008)],
)
async def test_a_page_that_breaks_the_protocol_is_disconnected(said: str | bytes, code: int) -> None:
    site = Site()

    async with connected(site, websocket()) as page:
        await page.next("hello")
        await page.say(said)
        assert await page.ends() == []
        assert page.closed_with == code

    assert site.clients == 0


async def test_a_page_that_talks_too_fast_is_disconnected() -> None:
    async with connected(Site(), websocket()) as page:
        await page.next("hello")
        for _ in range(21):
            await page.say_json(SEEN)
        await page.ends()
        assert page.closed_with == 1008


async def test_a_page_that_answers_no_more_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("asgi_reload.streams.SILENCE_S", 0.05)

    async with connected(Site(), websocket()) as page:
        await page.next("hello")
        await page.say_json({"type": "pong", "seq": 0})
        await page.ends()
        assert page.closed_with == 1001


async def test_a_page_that_never_answers_pings_is_left_to_its_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("asgi_reload.streams.SILENCE_S", 0.01)

    async with connected(Site(heartbeat=0.02), websocket()) as page:
        for _ in range(3):
            await page.next("ping")


@given(st.lists(st.text() | st.binary(max_size=50), min_size=1, max_size=5))
@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_whatever_comes_over_a_socket_ends_in_order(anyio_backend: str, said: list[str | bytes]) -> None:
    site = Site()

    async with connected(site, websocket()) as page:
        for text in said:
            await page.say(text)
        await page.leave()

    assert site.clients == site.hosts == 0


async def through_nothing_much(request: Any, call_next: Any) -> Any:
    return await call_next(request)


def three_deep(app: ASGIApp) -> ASGIApp:
    for _ in range(3):
        app = BaseHTTPMiddleware(app, through_nothing_much)

    return app


@pytest.mark.parametrize("around", [three_deep, GZipMiddleware])
async def test_a_stream_passes_through_middleware_unhindered(around: Any) -> None:
    site = Site()
    scope = http("events", with_token({"accept-encoding": "gzip"}))

    async with connected(around(site), scope) as page:
        assert (await page.next())["type"] == "hello"
        site.channel.publish(CSS)
        assert (await page.next())["type"] == "update"

    assert site.clients == site.hosts == 0


async def test_compression_is_at_work_in_that_test() -> None:
    page = Site(app=Site(app=Site().app).app)
    long = GZipMiddleware(page, minimum_size=1)
    answer = await ask(long, http("/", {"accept-encoding": "gzip"}))

    assert gzip.decompress(answer.body).startswith(b"<!doctype html>")


class Gone(OSError):
    """How some servers say that the client has gone."""


async def test_a_client_that_went_without_a_word_is_no_error(transport: str) -> None:
    site = Site()
    sent = 0

    async def receive() -> Message:
        if transport == "ws" and sent == 0:
            return {"type": "websocket.connect"}
        await anyio.sleep_forever()
        raise AssertionError

    async def send(message: Message) -> None:
        nonlocal sent
        sent += 1
        if sent > 1:
            raise Gone

    with anyio.fail_after(DEADLINE):
        await site(LINES[transport](), receive, send)

    assert site.clients == site.hosts == 0


@pytest.mark.parametrize("after", range(12))
async def test_cancelled_anywhere_a_line_leaves_nothing_behind(transport: str, after: int) -> None:
    site = Site(heartbeat=0.001)
    returned = False

    async def receive() -> Message:
        await checkpoint()
        if transport == "ws" and not received:
            received.append(True)
            return {"type": "websocket.connect"}
        await anyio.sleep_forever()
        raise AssertionError

    async def send(message: Message) -> None:
        nonlocal after
        for _ in range(2):
            after -= 1
            if after < 0:
                scope.cancel()
            await checkpoint()

    received: list[bool] = []
    with anyio.CancelScope() as scope:
        await site(LINES[transport](), receive, send)
        returned = True

    assert not returned
    assert site.clients == site.hosts == 0


async def test_a_thousand_connects_and_aborts_leave_nothing_behind(transport: str) -> None:
    site = Site()
    opening: Message = {"type": "websocket.connect"} if transport == "ws" else {"type": "http.request"}
    gone: Message = {"type": "websocket.disconnect" if transport == "ws" else "http.disconnect"}

    async def visit(patience: int) -> None:
        said = [opening, gone]

        async def receive() -> Message:
            for _ in range(patience):
                await checkpoint()
            return said.pop(0)

        async def send(message: Message) -> None:
            await checkpoint()

        await site(LINES[transport](), receive, send)

    with anyio.fail_after(30):
        for number in range(1000):
            await visit(number % 5)

    assert site.clients == site.hosts == 0
    assert site.channel.statistics()["pages"] == []


async def test_two_apps_in_one_loop_do_not_hear_each_other() -> None:
    one, other = Site(), Site()

    async with connected(one, events()) as here, connected(other, events()) as there:
        await here.next("hello")
        await there.next("hello")
        one.channel.publish(CSS)
        other.channel.close("over")
        assert (await here.next())["type"] == "update"
        assert [message["type"] for message in await there.ends()] == ["bye"]


def test_one_app_serves_one_loop_after_the_other() -> None:
    site = Site()

    async def visit() -> None:
        async with connected(site, events()) as page:
            await page.next("hello")
            site.channel.publish(CSS)
            await page.next("update")

    for backend in ("asyncio", "trio", "asyncio"):
        anyio.run(visit, backend=backend)

    assert site.clients == site.hosts == 0
