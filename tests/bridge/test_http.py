"""HTTP over a line: the app hears what the client says, and the client what the app says."""

from __future__ import annotations

import asyncio
import contextvars
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import pytest
from anyio.lowlevel import checkpoint
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.responses import PlainTextResponse, StreamingResponse
from starlette.routing import Route

from asgi_reload.bridge.call import MAX_WAITING
from asgi_reload.bridge.caller import MAX_IDLE
from asgi_reload.bridge.line import READ_SIZE

from .kit import GONE, HTTP, Client, body, bridge, get, request, start

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.requests import Request
    from starlette.types import Receive, Scope, Send

pytestmark = pytest.mark.anyio

CHUNK = 64 * 1024
STREAM = 64 * 1024 * 1024
# What the sockets and transports of a line hold, beside what the caller does.
IN_BETWEEN = 2 * 1024 * 1024


async def test_the_app_sees_the_scope_that_the_server_made() -> None:
    seen: list[Scope] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(scope)
        await PlainTextResponse("ok")(scope, receive, send)

    scope: dict[str, Any] = {
        **HTTP,
        "path": "/a b",
        "raw_path": b"/a%20b",
        "query_string": b"q=1",
        "root_path": "/under",
        "http_version": "2",
        "headers": [(b"host", b"h"), (b"x", b"1"), (b"x", b"\xff")],
        "client": None,
        "extensions": {"http.response.pathsend": {}, "http.response.trailers": {}},
        "state": {"front": 1},
        "app": object(),
        "marker": {"plain": ["data"]},
    }

    async with bridge(app) as both:
        await get(both.caller, scope)

    expected = {key: value for key, value in scope.items() if key not in ("state", "app")}
    assert seen == [{**expected, "extensions": {"http.response.pathsend": {}}}]


async def test_lifespan_state_is_a_fresh_copy_for_every_call_and_extra_keys_stand_in_the_scope() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        scope["state"]["calls"] = scope["state"].get("calls", 0) + 1
        scope["state"]["shared"].append(scope["mark"])
        await PlainTextResponse(str(scope["state"]["calls"]))(scope, receive, send)

    state: dict[str, Any] = {"shared": []}
    async with bridge(app, state, mark="here") as both:
        bodies = [(await get(both.caller)).body for _ in range(2)]

    assert bodies == [b"1", b"1"]
    assert state == {"shared": ["here", "here"]}


async def test_without_lifespan_state_there_is_none() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await PlainTextResponse(str("state" in scope))(scope, receive, send)

    async with bridge(app) as both:
        assert (await get(both.caller, {**HTTP, "state": {"front": 1}})).body == b"False"


async def test_what_the_app_sets_in_its_context_is_gone_at_the_next_call() -> None:
    user = contextvars.ContextVar("user", default="nobody")

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        before = user.get()
        user.set("somebody")
        await PlainTextResponse(before)(scope, receive, send)

    async with bridge(app) as both:
        assert [(await get(both.caller)).body for _ in range(2)] == [b"nobody", b"nobody"]
        assert len(both.opened) == 1


async def test_a_body_goes_up_and_down_as_a_stream() -> None:
    async def echo(scope: Scope, receive: Receive, send: Send) -> None:
        await send(start(200, (b"x-from", b"app")))
        more = True
        while more:
            message = await receive()
            more = message["more_body"]
            await send(body(message["body"].upper(), more))

    client = Client(request(b"one ", more=True))
    async with bridge(echo) as both:
        call = asyncio.create_task(both.caller(dict(HTTP), client.receive, client.send))
        await client.until(2)
        assert client.sent == [start(200, (b"x-from", b"app")), body(b"ONE ", more=True)]
        client.said.put_nowait(request(b"two"))
        await call

    assert client.body == b"ONE TWO"


@pytest.mark.parametrize("size", [0, 1, 16 * 1024, 16 * 1024 + 1, 3_000_000])
async def test_bodies_of_any_size_arrive_whole_both_ways(size: int) -> None:
    async def echo(scope: Scope, receive: Receive, send: Send) -> None:
        parts, more = [], True
        while more:
            message = await receive()
            parts.append(message["body"])
            more = message["more_body"]
        await send(start())
        await send(body(b"".join(parts)))

    data = bytes(range(256)) * (size // 256) + b"!" * (size % 256)
    async with bridge(echo) as both:
        for _ in range(2):
            client = await get(both.caller, HTTP, request(data))
            assert client.body == data
            assert client.asked == 1

    assert len(both.opened) == 1


async def test_the_head_goes_out_before_there_is_a_body() -> None:
    ready = asyncio.Event()

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send(start())
        await ready.wait()
        await send(body())

    client = Client()
    async with bridge(app) as both:
        call = asyncio.create_task(both.caller(dict(HTTP), client.receive, client.send))
        await client.until(1)
        ready.set()
        await call


async def test_the_server_is_asked_for_the_body_only_when_the_app_asks() -> None:
    async def deaf(scope: Scope, receive: Receive, send: Send) -> None:
        await PlainTextResponse("no", 413)(scope, receive, send)

    async def reader(scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        await PlainTextResponse("yes")(scope, receive, send)

    for app, asked in ((deaf, 0), (reader, 1)):
        async with bridge(app) as both:
            client = await get(both.caller, HTTP, request(b"a", more=True), request(b"b"))
            assert client.asked == asked


async def test_a_line_is_reused_and_never_mixes_two_calls() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        waiting = asyncio.ensure_future(receive())
        if scope["path"] == "/reads":
            await waiting
        else:
            # The server is asked, and its answer comes when nobody waits for it any more.
            await asyncio.sleep(0)
        await PlainTextResponse(scope["path"])(scope, receive, send)
        waiting.cancel()

    async with bridge(app) as both:
        for i in range(50):
            path = "/reads" if i % 2 else "/does-not"
            client = await get(both.caller, {**HTTP, "path": path}, request(b"x" * 1000, more=True))
            assert client.body == path.encode()
        assert len(both.opened) == 1


async def test_what_the_server_says_too_late_is_not_heard_by_the_next_call() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        waiting = asyncio.ensure_future(receive())
        if scope["path"] == "/leaves":
            await checkpoint()
            waiting.cancel()
        message = {"body": b""} if scope["path"] == "/leaves" else await waiting
        await PlainTextResponse(message["body"])(scope, receive, send)

    async with bridge(app) as both:
        late, fresh = Client(), Client()
        await both.caller({**HTTP, "path": "/leaves"}, late.receive, late.send)
        assert late.asked == 1
        call = asyncio.create_task(both.caller(dict(HTTP), fresh.receive, fresh.send))
        await fresh.until_asked()
        late.said.put_nowait(request(b"stale"))
        for _ in range(20):
            await checkpoint()
        fresh.said.put_nowait(request(b"fresh"))
        await call
        assert len(both.opened) == 1

    assert fresh.body == b"fresh"


async def test_what_an_app_sends_after_it_has_returned_is_not_in_the_next_answer() -> None:
    late: list[asyncio.Task[None]] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] == "/leaves":
            await send(start())
            assert await receive() == GONE
            late.append(asyncio.ensure_future(send(body(b"stale"))))
        else:
            await late[0]
            await PlainTextResponse("fresh")(scope, receive, send)

    async with bridge(app) as both:
        await get(both.caller, {**HTTP, "path": "/leaves"}, GONE)
        assert (await get(both.caller)).body == b"fresh"
        assert len(both.opened) == 1


async def test_calls_at_the_same_time_have_a_line_each_and_some_are_kept() -> None:
    arrived, open_ = 0, asyncio.Event()

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        nonlocal arrived
        arrived += 1
        if arrived == MAX_IDLE + 8:
            open_.set()
        await open_.wait()
        await PlainTextResponse(scope["path"])(scope, receive, send)

    async with bridge(app) as both:
        for _ in range(2):
            arrived = 0
            open_.clear()
            calls = [get(both.caller, {**HTTP, "path": f"/{i}"}) for i in range(MAX_IDLE + 8)]
            clients = await asyncio.gather(*calls)
            assert [c.body for c in clients] == [f"/{i}".encode() for i in range(MAX_IDLE + 8)]

    assert len(both.opened) == MAX_IDLE + 8 + 8


async def test_a_status_that_is_more_than_an_int_and_headers_from_a_generator_are_carried() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        headers = ((bytearray(name), value) for name, value in [(b"a", b"1")])
        await send({"type": "http.response.start", "status": HTTPStatus.CREATED, "headers": headers})
        await send({"type": "http.response.body", "body": memoryview(b"made")})

    async with bridge(app) as both:
        client = await get(both.caller)

    assert client.sent == [start(201, (b"a", b"1")), body(b"made")]


async def test_a_file_is_sent_by_its_path_where_the_server_offers_it() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send(start())
        await send({"type": "http.response.pathsend", "path": "/etc/hostname"})

    async with bridge(app) as both:
        client = await get(both.caller, {**HTTP, "extensions": {"http.response.pathsend": {}}})

    assert client.sent[1] == {"type": "http.response.pathsend", "path": "/etc/hostname"}


async def test_an_app_that_streams_to_a_reader_that_stops_has_to_wait() -> None:
    produced = 0

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        nonlocal produced
        await send(start())
        for _ in range(STREAM // CHUNK):
            await send(body(b"x" * CHUNK, more=True))
            produced += CHUNK
        await send(body())

    client = Client(patience=3)
    async with bridge(app) as both:
        call = asyncio.create_task(both.caller(dict(HTTP), client.receive, client.send))
        await client.until(3)
        still = -1
        while still != produced:
            # It stands still when nothing moves any more while the loop goes round and round.
            still = produced
            for _ in range(200):
                await asyncio.sleep(0)

        assert 0 < produced < MAX_WAITING * READ_SIZE + IN_BETWEEN
        client.patient.set()
        await call

    assert produced == STREAM
    assert len(client.body) == produced


async def test_an_upload_that_the_app_does_not_read_stays_where_it_is() -> None:
    done = asyncio.Event()

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        await done.wait()
        await PlainTextResponse("too large", 413)(scope, receive, send)

    client = Client(*[request(b"x" * CHUNK, more=True)] * (200 * 1024**2 // CHUNK))
    async with bridge(app) as both:
        call = asyncio.create_task(both.caller(dict(HTTP), client.receive, client.send))
        await client.until_asked()
        done.set()
        await call
        assert client.asked == 1
        assert (await get(both.caller)).status == 413
        assert len(both.opened) == 1


async def test_a_client_that_goes_is_told_to_an_app_that_waits_and_to_one_that_streams() -> None:
    heard: list[str] = []

    async def waits(scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        heard.append((await receive())["type"])

    async def streams(request: Request) -> StreamingResponse:
        async def forever() -> AsyncIterator[bytes]:
            try:
                while True:
                    yield b"x"
                    await asyncio.sleep(0)
            finally:
                heard.append("stopped")

        return StreamingResponse(forever())

    for app in (waits, Starlette(routes=[Route("/", streams)])):
        async with bridge(app) as both:
            client = Client(request())
            call = asyncio.create_task(both.caller(dict(HTTP), client.receive, client.send))
            await client.until_asked(2)
            client.said.put_nowait(GONE)
            await call

    assert heard == ["http.disconnect", "stopped"]


async def test_an_app_that_looks_now_and_then_whether_its_client_is_there_is_told() -> None:
    async def polls(request: Request) -> PlainTextResponse:
        await request.body()
        while not await request.is_disconnected():
            await checkpoint()
        return PlainTextResponse("seen")

    app = Starlette(routes=[Route("/", polls)])
    async with bridge(app) as both:
        client = Client(request())
        call = asyncio.create_task(both.caller(dict(HTTP), client.receive, client.send))
        await client.until_asked(2)
        assert not call.done()
        client.said.put_nowait(GONE)
        await call


async def test_middleware_that_listens_beside_the_app_works() -> None:
    class Stamp(BaseHTTPMiddleware):
        async def dispatch(self, request: Request, call_next: Any) -> Any:
            response = await call_next(request)
            response.headers["x-stamp"] = "1"
            return response

    async def up(request: Request) -> PlainTextResponse:
        return PlainTextResponse((await request.body()).upper())

    app = Starlette(routes=[Route("/", up, methods=["POST"])], middleware=[Middleware(Stamp)])
    async with bridge(app) as both:
        for _ in range(3):
            client = await get(both.caller, {**HTTP, "method": "POST"}, request(b"a", more=True), request(b"b"))
            assert client.body == b"AB"
            assert (b"x-stamp", b"1") in client.sent[0]["headers"]


async def test_after_its_answer_an_app_hears_that_the_client_has_gone() -> None:
    heard = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        waiting = asyncio.ensure_future(receive())
        await PlainTextResponse("ok")(scope, receive, send)
        heard.append(await waiting)
        heard.append(await receive())

    async with bridge(app) as both:
        client = Client()
        await both.caller(dict(HTTP), client.receive, client.send)

    assert heard == [GONE, GONE]


async def test_a_response_is_out_while_what_comes_behind_it_still_runs() -> None:
    may_end = asyncio.Event()

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await PlainTextResponse("ok")(scope, receive, send)
        await may_end.wait()

    client = Client()
    async with bridge(app) as both:
        call = asyncio.create_task(both.caller(dict(HTTP), client.receive, client.send))
        await client.until(2)
        assert both.caller.in_flight == both.answerer.in_flight == 1
        assert not await both.caller.idle(0)
        may_end.set()
        assert await both.caller.idle(5)
        await call
