"""How a call can end other than by an answer: the app fails, a side vanishes, somebody gives up."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING, Any

import pytest
from anyio.lowlevel import checkpoint
from starlette.responses import PlainTextResponse

from asgi_reload.bridge.call import MAX_WAITING
from asgi_reload.bridge.line import READ_SIZE
from asgi_reload.errors import AppFailed, WorkerGone

from .kit import GONE, HTTP, WEBSOCKET, Client, body, bridge, get, request, start

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

    from starlette.types import ASGIApp, Receive, Scope, Send

    from asgi_reload.bridge.frames import Message

pytestmark = pytest.mark.anyio


async def failure(app: ASGIApp, scope: dict[str, Any] = HTTP) -> AppFailed:
    """What an app's failure is told as; the line is good for the next call."""

    async def sound(scope: Scope, receive: Receive, send: Send) -> None:
        await (app if scope["path"] == "/" else PlainTextResponse("ok"))(scope, receive, send)

    async with bridge(sound) as both:
        with pytest.raises(AppFailed) as raised:
            await get(both.caller, scope)
        assert (await get(both.caller, {**HTTP, "path": "/sound"})).body == b"ok"
        assert len(both.opened) == 1

    return raised.value


async def until(holds: Callable[[], bool]) -> None:
    """Let the loop go round until it holds; the block around it has the deadline."""
    while not holds():
        await checkpoint()


async def test_what_the_app_raises_is_reported_with_its_traceback() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        raise LookupError("no such shop")

    error = await failure(app)

    assert error.report.title == "LookupError: no such shop"
    assert "test_endings.py" in error.report.detail
    assert error.report.traceback.startswith("Traceback")
    assert "asgi_reload" not in error.report.traceback
    assert 'raise LookupError("no such shop")' in error.report.traceback
    assert not error.started


async def test_a_failure_behind_the_start_says_so() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send(start())
        await send(body(b"half", more=True))
        raise LookupError("late")

    assert (await failure(app)).started


async def test_an_app_that_exits_fails_in_that_one_call() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        sys.exit("enough")

    assert (await failure(app)).report.title == "SystemExit: enough"


async def test_an_error_whose_text_cannot_be_encoded_is_reported() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        raise LookupError("\ud800")

    assert (await failure(app)).report.title.startswith("LookupError: ")


TRAILERS: Message = {**start(), "trailers": True}
OUT_OF_ORDER: dict[str, tuple[list[Any], str]] = {
    "nothing": ([], "returned without a response"),
    "no body": ([start()], "before its response was complete"),
    "no end": ([start(), body(b"x", more=True)], "before its response was complete"),
    "body first": ([body(b"x")], "sent 'http.response.body'; expected 'http.response.start'"),
    "two starts": ([start(), start()], "sent 'http.response.start'; expected 'http.response.body'"),
    "after the end": ([start(), body(), body()], "the response is complete"),
    "no message": ([{"type": "http.nonsense"}], "sent 'http.nonsense'"),
    "websocket": ([{"type": "websocket.accept"}], "sent 'websocket.accept'"),
    "trailers announced": ([TRAILERS], "'http.response.trailers' is not in scope"),
    "trailers": ([start(), body(), {"type": "http.response.trailers"}], "'http.response.trailers' is not in scope"),
    "path": ([start(), {"type": "http.response.pathsend", "path": "/x"}], "'http.response.pathsend' is not in scope"),
    "hint": ([{"type": "http.response.early_hint", "links": []}], "'http.response.early_hint' is not in scope"),
    "text as body": ([start(), {"type": "http.response.body", "body": "text"}], "body is a str; expected bytes"),
    "text as header": ([{**start(), "headers": [("a", "b")]}], "header is a str; expected bytes"),
    "headers as dict": ([{**start(), "headers": {b"abc": b"b"}}], "expected an iterable of (name, value)"),
    "status": ([{**start(), "status": "200"}], "status '200'; expected an int"),
}


@pytest.mark.parametrize("case", OUT_OF_ORDER)
async def test_an_app_that_breaks_the_rules_has_failed(case: str) -> None:
    messages, words = OUT_OF_ORDER[case]

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        for message in messages:
            await send(message)

    error = await failure(app)
    assert error.report.title.startswith("asgi_reload.errors.AppMessageError: ")
    assert words in error.report.title


WEBSOCKET_OUT_OF_ORDER: dict[str, tuple[list[Any], str]] = {
    "nothing": ([], "returned without a response"),
    "send first": ([{"type": "websocket.send", "text": "x"}], "expected 'websocket.accept' or 'websocket.close'"),
    "two accepts": ([{"type": "websocket.accept"}] * 2, "expected 'websocket.send' or 'websocket.close'"),
    "after close": ([{"type": "websocket.close"}] * 2, "the WebSocket is closed"),
    "empty": ([{"type": "websocket.accept"}, {"type": "websocket.send"}], "has no bytes, and text None"),
    "objects": ([{"type": "websocket.close", "code": object()}], "with a object, where plain data was expected"),
}


@pytest.mark.parametrize("case", WEBSOCKET_OUT_OF_ORDER)
async def test_a_websocket_app_that_breaks_the_rules_has_failed(case: str) -> None:
    messages, words = WEBSOCKET_OUT_OF_ORDER[case]

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        for message in messages:
            await send(message)

    error = await failure(app, WEBSOCKET)
    assert words in error.report.title


async def test_a_denial_is_refused_where_the_server_does_not_offer_it() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "websocket.http.response.start", "status": 401, "headers": []})

    error = await failure(app, {**WEBSOCKET, "extensions": {}})
    assert "'websocket.http.response' is not in scope" in error.report.title


@pytest.mark.parametrize("started", [False, True])
async def test_a_line_that_breaks_in_the_middle_is_a_worker_that_is_gone(started: bool) -> None:
    gone = asyncio.Event()

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        if started:
            await send(start())
            await send(body(b"half", more=True))
        await gone.wait()

    async with bridge(app) as both:
        client = Client(request())
        call = asyncio.create_task(both.caller(dict(HTTP), client.receive, client.send))
        await client.until_asked()
        if started:
            await client.until(2)
        await both.answerer.close(0)
        with pytest.raises(WorkerGone) as raised:
            await call

    assert raised.value.started is started
    assert raised.value.asked


async def test_a_worker_that_goes_does_not_wait_for_a_client_that_reads_slowly() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send(start())
        await send(body(b"half", more=True))
        await asyncio.Event().wait()

    async with bridge(app) as both:
        client = Client(patience=1)
        call = asyncio.create_task(both.caller(dict(HTTP), client.receive, client.send))
        await client.until(1)
        await both.answerer.close(0)
        with pytest.raises(WorkerGone):
            await call


async def test_an_answer_that_was_all_there_reaches_a_slow_client_though_the_worker_has_gone() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await PlainTextResponse("whole")(scope, receive, send)

    async with bridge(app) as both:
        client = Client(patience=1)
        call = asyncio.create_task(both.caller(dict(HTTP), client.receive, client.send))
        await client.until(1)
        (line,) = both.caller.lines
        await both.answerer.close(1)
        await until(lambda: line.is_closed)
        client.patient.set()
        await call

    assert client.body == b"whole"


async def test_closing_breaks_the_calls_in_flight_and_refuses_new_ones() -> None:
    heard: list[str] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            heard.append((await receive())["type"])
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            heard.append("cancelled")
            raise

    async with bridge(app) as both:
        client = Client()
        call = asyncio.create_task(both.caller(dict(HTTP), client.receive, client.send))
        await client.until_asked()
        both.caller.close()
        with pytest.raises(WorkerGone):
            await call
        with pytest.raises(WorkerGone):
            await get(both.caller)
        await until(lambda: both.answerer.in_flight == 0)
        assert not both.caller.lines

    # Told first, so that it may end in order; then cancelled.
    assert heard == ["http.disconnect", "cancelled"]


async def test_a_worker_that_takes_no_lines_is_gone() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None: ...

    def hand_over(end: object) -> None:
        raise BrokenPipeError

    async with bridge(app) as both:
        both.caller._hand_over = hand_over
        with pytest.raises(WorkerGone):
            await get(both.caller)


async def test_a_line_that_broke_while_nobody_used_it_is_not_used_again() -> None:
    async with bridge(PlainTextResponse("ok")) as both:
        await get(both.caller)
        await both.answerer.close(0)
        try:
            await get(both.caller)
        except WorkerGone as error:
            # Nobody can know of it sooner than the loop does; the call has done nothing yet.
            assert not error.started and not error.asked
        assert (await get(both.caller)).body == b"ok"
        assert len(both.opened) == 2


async def test_a_call_that_is_cancelled_tells_the_app_and_lets_it_end_in_its_own_time() -> None:
    heard: list[str] = []
    may_end = asyncio.Event()

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] == "/":
            await receive()
            await send(start())
            heard.append((await receive())["type"])
            # More than the line and the caller would hold; nobody takes it, and nobody waits.
            for _ in range(100):
                await send(body(b"x" * 64 * 1024, more=True))
            await may_end.wait()
            heard.append("ended")
        else:
            await PlainTextResponse("ok")(scope, receive, send)

    async with bridge(app) as both:
        client = Client(request())
        call = asyncio.create_task(both.caller(dict(HTTP), client.receive, client.send))
        await client.until_asked(2)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        assert both.caller.in_flight == 0
        assert both.answerer.in_flight == 1
        assert (await get(both.caller, {**HTTP, "path": "/other"})).body == b"ok"
        assert len(both.opened) == 2
        may_end.set()
        await until(lambda: len(both.caller.lines) == 1)

    assert heard == ["http.disconnect", "ended"]


async def test_a_call_that_is_cancelled_while_its_client_does_not_read_lets_go_of_the_app() -> None:
    ended = asyncio.Event()

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send(start())
        for _ in range(2 * MAX_WAITING * READ_SIZE // 1024):
            await send(body(b"x" * 1024, more=True))
        ended.set()

    async with bridge(app) as both:
        client = Client(patience=1)
        call = asyncio.create_task(both.caller(dict(HTTP), client.receive, client.send))
        await client.until(1)
        call.cancel()
        await ended.wait()


async def test_what_the_server_raises_goes_on_and_the_app_is_told() -> None:
    heard = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send(start())
        heard.append(await receive())

    async def send(message: Message) -> None:
        raise RuntimeError("Response content longer than Content-Length")

    async with bridge(app) as both:
        with pytest.raises(RuntimeError, match="longer"):
            await both.caller(dict(HTTP), Client().receive, send)
        await both.answerer.close(5)

    assert heard == [GONE]


async def test_a_server_that_cannot_say_what_was_asked_for_says_why() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await receive()

    async def receive() -> Message:
        raise RuntimeError("no body today")

    async with bridge(app) as both:
        with pytest.raises(RuntimeError, match="no body today"):
            await both.caller(dict(HTTP), receive, Client().send)


async def test_calls_are_told_to_end_as_if_their_clients_had_gone_and_their_clients_get_an_end() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        if scope["path"] != "/waits":
            await send(start(200, *scope["extra"]))
            await send(body(b"one", more=True))
        assert await receive() == GONE

    for path, headers, is_gone in (("/", [], False), ("/waits", [], True), ("/", [(b"content-length", b"9")], True)):
        async with bridge(app, extra=headers) as both:
            client = Client(request())
            call = asyncio.create_task(both.caller({**HTTP, "path": path}, client.receive, client.send))
            await client.until_asked(2)
            both.caller.disconnect()
            if is_gone:
                # Its client waits still: whoever called has to say something.
                with pytest.raises(WorkerGone) as raised:
                    await call
                assert raised.value.started is (path == "/")
            else:
                await call
                assert client.sent[-1] == body()


async def test_a_blocked_worker_just_makes_callers_wait() -> None:
    async with bridge(PlainTextResponse("ok")) as both:
        take = both.answerer.take
        waiting: list[socket.socket] = []
        both.answerer.take = waiting.append  # type: ignore[assignment, method-assign]
        call = asyncio.create_task(get(both.caller))
        await checkpoint()
        assert not await both.caller.idle(0.05)
        assert not call.done()
        take(waiting[0])
        assert (await call).body == b"ok"


async def test_a_call_that_is_cancelled_while_its_line_is_opened_leaves_nothing_behind() -> None:
    async with bridge(PlainTextResponse("ok")) as both:
        for _ in range(20):
            call = asyncio.create_task(get(both.caller))
            await checkpoint()
            call.cancel()
            with pytest.raises(asyncio.CancelledError):
                await call
        assert both.caller.in_flight == 0
        assert (await get(both.caller)).body == b"ok"
