"""Generations behind one server: which app answers whom, when lifespans start and stop, and what a swap holds."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import anyio
import pytest

from asgi_reload.engines.lifespans import StartFailed
from asgi_reload.engines.served import Served

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

pytestmark = pytest.mark.anyio


class App:
    """An ASGI app that says its name, and writes down what its lifespan is told."""

    def __init__(self, name: str, log: list[str], *, fails: bool = False) -> None:
        self.name = name
        self.log = log
        self.fails = fails
        self.entered = anyio.Event()
        self.leave = anyio.Event()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await self._lifespan(scope, receive, send)
        elif scope["path"] == "/slow":
            self.entered.set()
            await self.leave.wait()
            await send(self.name)
        else:
            await send(f"{self.name} {scope.get('state', {}).get('by', '')}".strip())

    async def _lifespan(self, scope: Any, receive: Any, send: Any) -> None:
        await receive()
        if self.fails:
            await send({"type": "lifespan.startup.failed", "message": "no database"})
            return
        scope["state"]["by"] = self.name
        self.log.append(f"start {self.name}")
        await send({"type": "lifespan.startup.complete"})
        await receive()
        self.log.append(f"stop {self.name}")
        await send({"type": "lifespan.shutdown.complete"})


class Server:
    """The server's side of ASGI: one lifespan, and as many requests as a test wants."""

    def __init__(self, served: Served) -> None:
        self.served = served
        self.sent: list[str] = []
        self.state: dict[str, Any] = {}
        self._stop = anyio.Event()
        self._started = anyio.Event()
        self._asked = False

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        async with anyio.create_task_group() as group:
            scope: Any = {"type": "lifespan", "asgi": {}, "state": self.state}
            group.start_soon(self.served, scope, self._receive, self._send)
            with anyio.fail_after(5):
                await self._started.wait()
            yield
            self._stop.set()

    async def _receive(self) -> Any:
        if self._asked:
            await self._stop.wait()
            return {"type": "lifespan.shutdown"}
        self._asked = True
        return {"type": "lifespan.startup"}

    async def _send(self, message: Any) -> None:
        self.sent.append(message["type"])
        self._started.set()

    async def ask(self, path: str = "/") -> str:
        answers: list[str] = []

        async def send(answer: Any) -> None:
            answers.append(answer)

        async def receive() -> dict[str, Any]:
            return {"type": "http.request"}

        await self.served({"type": "http", "path": path, "state": dict(self.state)}, receive, send)
        return answers[0]


def nothing() -> None:
    pass


async def test_the_new_app_starts_before_the_old_one_stops() -> None:
    log: list[str] = []
    server = Server(Served(App("old", log)))

    async with server.running():
        await server.served.replace(App("new", log), nothing)
        await anyio.wait_all_tasks_blocked()
        assert log == ["start old", "start new", "stop old"]
        assert await server.ask() == "new new"

    assert log == ["start old", "start new", "stop old", "stop new"]
    assert server.sent == ["lifespan.startup.complete", "lifespan.shutdown.complete"]


async def test_requests_in_flight_finish_where_they_began_and_the_old_lifespan_waits_for_them() -> None:
    log: list[str] = []
    old = App("old", log)
    server = Server(Served(old))
    answers: list[str] = []

    async def slow() -> None:
        answers.append(await server.ask("/slow"))

    async with server.running(), anyio.create_task_group() as group:
        group.start_soon(slow)
        with anyio.fail_after(5):
            await old.entered.wait()
        await server.served.replace(App("new", log), nothing)
        await anyio.wait_all_tasks_blocked()
        assert await server.ask() == "new new"
        assert "stop old" not in log
        old.leave.set()
        await anyio.wait_all_tasks_blocked()
        assert answers == ["old"]
        assert log[-1] == "stop old"


async def test_a_request_that_comes_during_a_swap_waits_and_is_answered_by_the_new_app() -> None:
    log: list[str] = []
    server = Server(Served(App("old", log)))
    answers: list[str] = []

    async def ask() -> None:
        answers.append(await server.ask())

    async with server.running(), anyio.create_task_group() as group:
        async with server.served.gate.holding():
            group.start_soon(ask)
            await anyio.wait_all_tasks_blocked()
            assert answers == []
            await server.served.replace(App("new", log), nothing)
        await anyio.wait_all_tasks_blocked()
        assert answers == ["new new"]


async def test_a_new_app_that_does_not_start_changes_nothing() -> None:
    log: list[str] = []
    server = Server(Served(App("old", log)))

    async with server.running():
        with pytest.raises(StartFailed, match="no database"):
            await server.served.replace(App("new", log, fails=True), nothing)
        assert await server.ask() == "old old"

    assert log == ["start old", "stop old"]


async def test_without_overlap_the_old_app_stops_first() -> None:
    log: list[str] = []
    server = Server(Served(App("old", log)))

    async with server.running():
        await server.served.replace(App("new", log), nothing, overlap=False)
        assert log == ["start old", "stop old", "start new"]


async def test_without_overlap_an_app_that_does_not_start_brings_the_old_one_back() -> None:
    log: list[str] = []
    server = Server(Served(App("old", log)))

    async with server.running():
        with pytest.raises(StartFailed):
            await server.served.replace(App("new", log, fails=True), nothing, overlap=False)
        await server.served.start_again()
        assert log == ["start old", "stop old", "start old"]
        assert await server.ask() == "old old"


async def test_repeating_the_start_of_the_same_app_stops_it_first() -> None:
    log: list[str] = []
    server = Server(Served(App("app", log)))

    async with server.running():
        await server.served.repeat_start()
        assert log == ["start app", "stop app", "start app"]
        assert await server.ask() == "app app"


async def test_an_app_without_a_lifespan_stays_one() -> None:
    async def bare(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            raise ValueError("http only")
        await send("bare")

    server = Server(Served(bare))

    async with server.running():
        assert await server.ask() == "bare"
        await server.served.replace(App("new", []), nothing)
        assert await server.ask() == "new new"

    assert server.sent == ["lifespan.startup.complete", "lifespan.shutdown.complete"]


async def test_a_connection_that_outlives_the_drain_is_ended(anyio_backend_name: str) -> None:
    if anyio_backend_name == "trio":
        pytest.skip("tasks of trio cannot be ended from outside")

    old, ended = App("old", []), anyio.Event()
    served = Served(old, drain=0.01)
    server = Server(served)
    sent: list[Any] = []

    async def stream() -> None:
        async def send(message: Any) -> None:
            sent.append(message)

        await served({"type": "http", "path": "/slow", "state": {}}, server._receive, send)
        ended.set()

    async with server.running(), anyio.create_task_group() as group:
        group.start_soon(stream)
        with anyio.fail_after(5):
            await old.entered.wait()
        await served.replace(App("new", []), nothing)
        with anyio.fail_after(5):
            await ended.wait()

    assert sent == [{"type": "http.response.body", "body": b"", "more_body": False}]


async def test_the_old_generation_is_let_go_when_things_are_quiet() -> None:
    retired = anyio.Event()
    server = Server(Served(App("old", [])))

    async with server.running():
        await server.served.replace(App("new", []), retired.set)
        with anyio.fail_after(10):
            await retired.wait()


async def test_the_servers_own_start_and_stop_take_as_long_as_they_take(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("asgi_reload.engines.lifespans.START_S", 0.0)
    monkeypatch.setattr("asgi_reload.engines.lifespans.STOP_S", 0.0)
    log: list[str] = []

    async def slow(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await anyio.wait_all_tasks_blocked()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await anyio.wait_all_tasks_blocked()
        log.append("stopped")
        await send({"type": "lifespan.shutdown.complete"})

    server = Server(Served(slow))
    async with server.running():
        pass

    assert log == ["stopped"]
    assert server.sent == ["lifespan.startup.complete", "lifespan.shutdown.complete"]


async def test_a_new_version_that_exits_at_start_up_does_not_start() -> None:
    async def exits(scope: Any, receive: Any, send: Any) -> None:
        raise SystemExit("DATABASE_URL is missing")

    server = Server(Served(App("old", [])))
    async with server.running():
        with pytest.raises(StartFailed, match="DATABASE_URL"):
            await server.served.replace(exits, nothing)
        assert await server.ask() == "old old"


async def test_an_open_socket_does_not_hold_up_a_repeated_start() -> None:
    app = App("app", [])
    server = Server(Served(app))

    async def converse() -> None:
        async def ignore(message: Any) -> None:
            pass

        await server.served({"type": "websocket", "path": "/slow", "state": {}}, server._receive, ignore)

    async with server.running(), anyio.create_task_group() as group:
        group.start_soon(converse)
        await app.entered.wait()
        with anyio.fail_after(1):
            await server.served.repeat_start()
        app.leave.set()
