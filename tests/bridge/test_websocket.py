"""WebSockets over a line."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from .kit import HTTP, WEBSOCKET, Client, bridge, get

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

    from asgi_reload.bridge.frames import Message

pytestmark = pytest.mark.anyio

CONNECT: Message = {"type": "websocket.connect"}


def text(data: str) -> Message:
    return {"type": "websocket.receive", "text": data}


def left(code: int, reason: str = "") -> Message:
    return {"type": "websocket.disconnect", "code": code, "reason": reason}


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    """Accepts with a subprotocol and a header, and says everything back until the client leaves or says "close"."""
    websocket = WebSocket(scope, receive, send)
    await websocket.accept("chat", [(b"x-from", b"app")])

    while (message := await websocket.receive())["type"] == "websocket.receive":
        if message.get("text") == "close":
            await websocket.close(4001, "as you wish")
            return
        await send({**message, "type": "websocket.send"})


async def test_both_sides_say_text_and_bytes() -> None:
    large = bytes(range(256)) * 8192
    said: list[Message] = [
        text("hällo"),
        {"type": "websocket.receive", "bytes": b"\x00\xff"},
        {"type": "websocket.receive", "bytes": large, "text": None},
        {"type": "websocket.receive", "bytes": b""},
        text(""),
    ]
    async with bridge(echo) as both:
        client = await get(both.caller, WEBSOCKET, CONNECT, *said, left(1000))
        assert (await get(both.caller, WEBSOCKET, CONNECT, left(1001))).sent[0]["type"] == "websocket.accept"
        assert len(both.opened) == 1

    assert client.sent == [
        {"type": "websocket.accept", "subprotocol": "chat", "headers": [(b"x-from", b"app")]},
        {"type": "websocket.send", "text": "hällo"},
        {"type": "websocket.send", "bytes": b"\x00\xff"},
        {"type": "websocket.send", "bytes": large},
        {"type": "websocket.send", "bytes": b""},
        {"type": "websocket.send", "text": ""},
    ]


async def test_the_app_sees_the_scope() -> None:
    seen: list[Scope] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(scope)
        await send({"type": "websocket.close"})

    async with bridge(app) as both:
        await get(both.caller, WEBSOCKET, CONNECT)

    assert seen == [WEBSOCKET]


async def test_the_app_closes_with_a_code_and_a_reason() -> None:
    async with bridge(echo) as both:
        client = await get(both.caller, WEBSOCKET, CONNECT, text("close"))

    assert client.sent[-1] == {"type": "websocket.close", "code": 4001, "reason": "as you wish"}


async def test_the_client_closes_with_a_code_and_a_reason() -> None:
    closed: list[tuple[int, str]] = []

    async def app(websocket: WebSocket) -> None:
        await websocket.accept()
        try:
            await websocket.receive_text()
        except WebSocketDisconnect as error:
            closed.append((error.code, error.reason or ""))

    async with bridge(Starlette(routes=[WebSocketRoute("/", app)])) as both:
        await get(both.caller, WEBSOCKET, CONNECT, left(4002, "enough"))

    assert closed == [(4002, "enough")]


async def test_a_websocket_is_denied_with_a_response() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await WebSocket(scope, receive, send).send_denial_response(PlainTextResponse("who are you?", 401))

    async with bridge(app) as both:
        client = await get(both.caller, WEBSOCKET, CONNECT)

    assert [m["type"] for m in client.sent] == ["websocket.http.response.start", "websocket.http.response.body"]
    assert client.status == 401
    assert client.sent[1]["body"] == b"who are you?"


async def test_an_app_that_only_sends_learns_that_its_client_has_gone() -> None:
    ended = asyncio.Event()

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        websocket = WebSocket(scope, receive, send)
        await websocket.accept()
        try:
            while True:
                await websocket.send_text("tick")
        except WebSocketDisconnect:
            ended.set()
            raise

    class Leaves(Client):
        async def send(self, message: Message) -> None:
            if len(self.sent) == 3:
                raise ConnectionResetError
            await super().send(message)

    async with bridge(app) as both:
        client = Leaves(CONNECT)
        await both.caller(dict(WEBSOCKET), client.receive, client.send)
        await ended.wait()


async def test_an_app_that_sends_to_a_reader_that_stops_has_to_wait() -> None:
    count = 0

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        nonlocal count
        await send({"type": "websocket.accept"})
        while count < 1_000_000:
            await send({"type": "websocket.send", "text": "a short one"})
            count += 1

    client = Client(CONNECT, patience=2)
    async with bridge(app) as both:
        call = asyncio.create_task(both.caller(dict(WEBSOCKET), client.receive, client.send))
        await client.until(2)
        still = -1
        while still != count:
            still = count
            for _ in range(200):
                await asyncio.sleep(0)
        call.cancel()

    assert 0 < count < 100_000


async def test_two_hundred_at_the_same_time() -> None:
    async with bridge(echo) as both:
        clients = [Client(CONNECT, text(str(i))) for i in range(200)]
        calls = [asyncio.create_task(both.caller(dict(WEBSOCKET), c.receive, c.send)) for c in clients]
        for client in clients:
            await client.until(2)
        assert both.caller.in_flight == both.answerer.in_flight == 200
        for client in clients:
            client.said.put_nowait(left(1001))
        await asyncio.gather(*calls)

    assert [client.sent[1]["text"] for client in clients] == [str(i) for i in range(200)]


async def test_all_are_told_to_come_again() -> None:
    heard: list[Message] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        assert await receive() == CONNECT
        await send({"type": "websocket.accept"})
        heard.append(await receive())
        heard.append(await receive())

    async with bridge(app) as both:
        client = Client(CONNECT)
        call = asyncio.create_task(both.caller(dict(WEBSOCKET), client.receive, client.send))
        await client.until_asked(2)
        both.caller.disconnect()
        await call

    assert heard == [left(1012), left(1012)]
    assert client.sent[-1] == {"type": "websocket.close", "code": 1012, "reason": ""}


async def test_a_websocket_and_a_page_share_a_line_one_after_the_other() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        answer: Any = echo if scope["type"] == "websocket" else PlainTextResponse("page")
        await answer(scope, receive, send)

    async with bridge(app) as both:
        await get(both.caller, WEBSOCKET, CONNECT, text("close"))
        assert (await get(both.caller, HTTP)).body == b"page"
        assert len(both.opened) == 1
