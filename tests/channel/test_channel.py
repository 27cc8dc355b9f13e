"""Who listens, what he is told, what he missed, and how it ends. On both backends, with pages that the test plays."""

from __future__ import annotations

import gc
import json
import threading
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import anyio
import anyio.from_thread
import pytest
from anyio.lowlevel import checkpoint

from asgi_reload import updates
from asgi_reload.changes import Batch, Change
from asgi_reload.channel import MAX_HISTORY, Channel
from asgi_reload.decisions import Decision
from asgi_reload.page_messages import Ack, Gone, PageSeen, Said
from asgi_reload.pages import MAX_PAGES
from asgi_reload.protocol import Busy, Bye, Hello, Ping, ProblemsMessage, UpdateMessage
from asgi_reload.subscription import MAX_PENDING, Subscription
from asgi_reload.timeline import MAX_BYTES, MAX_ENTRIES, Stages, Timeline

if TYPE_CHECKING:
    from asgi_reload.protocol import ServerMessage

pytestmark = pytest.mark.anyio

CSS = (updates.Css(("app.css",)),)
PATCH = (updates.Patch(("a.html",)),)
DEADLINE = 5.0


def channel(**options: Any) -> Channel:
    return Channel(boot="boot-1", **options)


async def heard(subscription: Subscription, count: int) -> list[ServerMessage]:
    with anyio.fail_after(DEADLINE):
        return [await anext(subscription) for _ in range(count)]


async def to_the_end(subscription: Subscription) -> list[ServerMessage]:
    with anyio.fail_after(DEADLINE):
        return [message async for message in subscription]


@pytest.mark.parametrize(("peer", "told"), [(None, [3, 1]), ("192.0.2.7", [0])])
async def test_only_pages_of_this_machine_are_told_how_much_is_wrong(peer: str | None, told: list[int]) -> None:
    front = channel()
    front.tell_problems(3)

    with front.subscribe(transport="ws", peer=peer) as page:
        front.tell_problems(1)
        front.close("the test ends")
        messages = await to_the_end(page)

    greeted = [message.problems for message in messages if isinstance(message, Hello)]
    assert greeted + [message.count for message in messages if isinstance(message, ProblemsMessage)] == told


async def test_a_page_that_is_behind_is_told_only_the_last_count_of_what_is_wrong() -> None:
    front = channel()

    with front.subscribe(transport="ws") as page:
        front.publish(CSS)
        for count in range(1000):
            front.tell_problems(count)
        front.publish(PATCH)
        front.close("the test ends")
        messages = await to_the_end(page)

    assert [type(message) for message in messages] == [Hello, UpdateMessage, ProblemsMessage, UpdateMessage, Bye]
    assert messages[2] == ProblemsMessage(999)


@pytest.mark.parametrize(("peer", "is_heard"), [(None, True), ("192.0.2.7", False)])
async def test_only_the_consoles_of_this_machine_are_heard(peer: str | None, is_heard: bool) -> None:
    said = Said("p1", "error", "TypeError: x is undefined", "/static/app.js:3:7", 1)
    told: list[tuple[Said, str]] = []
    front = channel(on_said=lambda *what: told.append(what))

    with front.subscribe(transport="ws", peer=peer) as page:
        front.hear(PageSeen("p1", "http://127.0.0.1:8000/shop?secret=1", True), page.client)
        front.hear(said, page.client)
        front.hear(said, "nobody's client")

    assert told == ([(said, "http://127.0.0.1:8000/shop")] if is_heard else [])


async def test_a_page_is_greeted_and_told() -> None:
    front = channel(generation=3)

    with front.subscribe(transport="ws") as page:
        assert front.publish(CSS) == 1
        hello, update = await heard(page, 2)

    assert hello == Hello("boot-1", 3, 0, page.client, 10)
    assert update == UpdateMessage(1, 3, CSS)


async def test_everybody_is_told_the_same_message() -> None:
    front = channel()

    with ExitStack() as stack:
        pages = [stack.enter_context(front.subscribe(transport="ws")) for _ in range(100)]
        front.publish(CSS)
        told = [(await heard(page, 2))[1] for page in pages]

    assert all(message is told[0] for message in told)
    assert front.statistics()["clients"] == {}


async def test_nothing_to_do_is_told_to_nobody() -> None:
    front = channel()

    with front.subscribe(transport="ws") as page:
        await heard(page, 1)
        front.publish(CSS)
        assert front.publish(()) == 1
        front.close("over")
        assert await to_the_end(page) == [UpdateMessage(1, 0, CSS), Bye("over")]


async def test_a_page_that_waits_is_woken() -> None:
    front = channel()
    told: list[ServerMessage] = []

    async def listen(page: Subscription) -> None:
        told.append(await anext(page))

    with front.subscribe(transport="ws") as page:
        await heard(page, 1)
        with anyio.fail_after(DEADLINE):
            async with anyio.create_task_group() as group:
                group.start_soon(listen, page)
                await anyio.wait_all_tasks_blocked()
                front.publish(CSS)

    assert told == [UpdateMessage(1, 0, CSS)]


async def test_a_silent_line_says_that_it_lives() -> None:
    front = channel(heartbeat=0.01)
    front.publish(CSS)
    told: list[ServerMessage] = []

    async def send(message: ServerMessage) -> None:
        told.append(message)
        if len(told) == 3:
            front.close("over")

    with front.subscribe(transport="ws") as page, anyio.fail_after(DEADLINE):
        await page.deliver(send)

    assert told[1:] == [Ping(1), Ping(1), Bye("over")]


async def test_a_backlog_becomes_one_reload() -> None:
    front = channel()

    with front.subscribe(transport="ws") as page:
        for _ in range(1000):
            front.publish(PATCH)
        front.close("over")
        hello, *rest, bye = await to_the_end(page)

    assert isinstance(hello, Hello)
    assert isinstance(bye, Bye)
    assert len(rest) < MAX_PENDING
    assert isinstance(rest[0], UpdateMessage)
    assert isinstance(rest[0].steps[0], updates.Reload)
    seqs = [message.seq for message in rest if isinstance(message, UpdateMessage)]
    assert seqs == sorted(seqs)
    assert seqs[-1] == 1000


async def test_who_comes_back_is_told_what_he_missed() -> None:
    front = channel()
    for steps in (CSS, PATCH, CSS):
        front.publish(steps)

    with front.subscribe(transport="ws", boot="boot-1", since=1) as page:
        assert (await heard(page, 3))[1:] == [UpdateMessage(2, 0, PATCH), UpdateMessage(3, 0, CSS)]


@pytest.mark.parametrize(("boot", "since"), [("boot-1", 3), ("boot-1", 99), ("boot-1", None), ("boot-0", 0), ("", 0)])
async def test_who_missed_nothing_of_this_server_is_only_greeted(boot: str, since: int | None) -> None:
    front = channel()
    for _ in range(3):
        front.publish(CSS)

    with front.subscribe(transport="ws", boot=boot, since=since) as page:
        front.close("over")
        assert [type(message) for message in await to_the_end(page)] == [Hello, Bye]


@pytest.mark.parametrize("missed", [MAX_PENDING, MAX_HISTORY + 1])
async def test_who_missed_too_much_is_told_to_reload(missed: int) -> None:
    front = channel()
    for _ in range(missed):
        front.publish(CSS)

    with front.subscribe(transport="ws", boot="boot-1", since=0) as page:
        front.close("over")
        _, update, _ = await to_the_end(page)

    assert update == UpdateMessage(missed, 0, (updates.Reload((), f"{missed} updates missed"),))


async def test_a_closed_channel_ends_all_lines_and_new_ones_at_once() -> None:
    front = channel()

    with front.subscribe(transport="ws") as page:
        front.close("the server stops")
        front.publish(CSS)
        assert [type(message) for message in await to_the_end(page)] == [Hello, Bye]

    with front.subscribe(transport="ws") as late:
        assert await to_the_end(late) == [Bye("the server stops")]
        assert front.statistics()["closed"] == "the server stops"

    front.reopen()
    with front.subscribe(transport="ws") as again:
        assert isinstance((await heard(again, 1))[0], Hello)


async def test_making_way_is_for_a_time_only() -> None:
    now = [100.0]
    front = channel(clock=lambda: now[0])

    with front.subscribe(transport="ws") as page:
        front.make_way("uvicorn restarts the server", 1.5)
        assert (await to_the_end(page))[-1] == Bye("uvicorn restarts the server")

    now[0] += 1.4
    with front.subscribe(transport="ws") as early:
        assert [type(message) for message in await to_the_end(early)] == [Bye]

    now[0] += 0.2
    with front.subscribe(transport="ws") as back:
        assert isinstance((await heard(back, 1))[0], Hello)


async def test_making_way_opens_nothing_that_was_closed_for_good() -> None:
    now = [100.0]
    front = channel(clock=lambda: now[0])
    front.close("the server stops")
    front.make_way("a file changed", 1.5)
    now[0] += 10

    assert front.statistics()["closed"] == "the server stops"


async def test_one_too_many_is_told_when_to_come_back() -> None:
    front = channel(max_clients=2)

    with ExitStack() as stack:
        for transport in ("ws", "sse"):
            stack.enter_context(front.subscribe(transport=transport))
        third = stack.enter_context(front.subscribe(transport="sse"))
        assert await to_the_end(third) == [Busy(15_000)]
        assert front.statistics() == {
            "clients": {"sse": 1, "ws": 1},
            "pages": [],
            "published": 0,
            "refused": 1,
            "slow": 0,
            "closed": None,
        }

    with front.subscribe(transport="ws") as later:
        assert isinstance((await heard(later, 1))[0], Hello)


async def test_one_peer_cannot_take_all_places() -> None:
    front = channel()

    with ExitStack() as stack:
        for _ in range(32):
            stack.enter_context(front.subscribe(transport="ws", peer="192.168.1.7"))
        for peer, expected in (("192.168.1.7", Busy), ("192.168.1.8", Hello), (None, Hello)):
            page = stack.enter_context(front.subscribe(transport="ws", peer=peer))
            assert isinstance((await heard(page, 1))[0], expected)


async def test_a_reader_that_does_not_read_is_dropped() -> None:
    front = channel(patience=0.01)

    async def stuck(message: ServerMessage) -> None:
        await anyio.sleep_forever()

    with front.subscribe(transport="ws") as page:
        with anyio.fail_after(DEADLINE):
            assert await page.deliver(stuck) is None

    assert front.statistics()["slow"] == 1


async def test_a_reader_that_does_not_read_holds_up_no_end() -> None:
    front = channel(patience=1000)

    async def stuck(message: ServerMessage) -> None:
        await anyio.sleep_forever()

    with front.subscribe(transport="ws") as page:
        with anyio.fail_after(DEADLINE):
            async with anyio.create_task_group() as group:
                group.start_soon(page.deliver, stuck)
                await anyio.wait_all_tasks_blocked()
                front.close("the server stops")


async def test_another_thread_may_end_a_reader_that_does_not_read() -> None:
    front = channel(patience=1000)

    async def stuck(message: ServerMessage) -> None:
        await anyio.sleep_forever()

    with front.subscribe(transport="ws") as page:
        with anyio.fail_after(DEADLINE):
            async with anyio.create_task_group() as group:
                group.start_soon(page.deliver, stuck)
                await anyio.wait_all_tasks_blocked()
                await anyio.to_thread.run_sync(front.close, "the server stops")


async def test_a_reader_that_does_not_read_holds_up_nobody_else() -> None:
    front = channel()

    async def stuck(message: ServerMessage) -> None:
        await anyio.sleep_forever()

    with front.subscribe(transport="ws") as slow, front.subscribe(transport="ws") as quick:
        async with anyio.create_task_group() as group:
            group.start_soon(slow.deliver, stuck)
            await anyio.wait_all_tasks_blocked()
            for seq in range(1, 101):
                front.publish(CSS)
                assert (await heard(quick, 2 if seq == 1 else 1))[-1] == UpdateMessage(seq, 0, CSS)
            group.cancel_scope.cancel()

    assert slow is not quick


async def test_delivery_tells_how_it_ended() -> None:
    front = channel()
    sent: list[ServerMessage] = []

    async def send(message: ServerMessage) -> None:
        sent.append(message)

    with front.subscribe(transport="ws") as page:
        front.close("over")
        assert await page.deliver(send) == Bye("over")

    assert [type(message) for message in sent] == [Hello, Bye]


async def test_another_thread_may_publish_and_close() -> None:
    front = channel()

    with front.subscribe(transport="ws") as page:
        await heard(page, 1)
        threads = [threading.Thread(target=call) for call in (lambda: front.publish(CSS), lambda: front.close("over"))]
        for thread in threads:
            thread.start()
            thread.join()
        assert await to_the_end(page) == [UpdateMessage(1, 0, CSS), Bye("over")]


@pytest.fixture(params=["asyncio", "trio"])
def other_backend(request: pytest.FixtureRequest) -> str:
    return str(request.param)


async def test_two_loops_may_listen_to_one_channel(other_backend: str) -> None:
    front = channel()
    there = threading.Event()
    told: list[ServerMessage] = []

    async def elsewhere() -> None:
        with front.subscribe(transport="ws") as page:
            there.set()
            told.extend(await to_the_end(page))

    thread = threading.Thread(target=anyio.run, args=(elsewhere,), kwargs={"backend": other_backend})
    thread.start()

    with front.subscribe(transport="ws") as page:
        await anyio.to_thread.run_sync(there.wait, DEADLINE)
        front.publish(CSS)
        front.close("over")
        mine = await to_the_end(page)

    await anyio.to_thread.run_sync(thread.join, DEADLINE)
    assert [type(message) for message in told] == [type(message) for message in mine] == [Hello, UpdateMessage, Bye]
    assert front.statistics()["clients"] == {}


async def test_a_loop_that_is_gone_is_passed_over() -> None:
    front = channel()
    left: list[Any] = []

    async def elsewhere() -> None:
        left.append(front.subscribe(transport="ws"))
        left[0].__enter__()

    thread = threading.Thread(target=anyio.run, args=(elsewhere,))
    thread.start()
    await anyio.to_thread.run_sync(thread.join, DEADLINE)

    assert front.publish(CSS) == 1
    left[0].__exit__(None, None, None)


@pytest.mark.parametrize("steps", range(6))
async def test_cancelled_anywhere_a_page_is_forgotten_once(steps: int) -> None:
    front = channel()
    front.publish(CSS)

    async def send(message: ServerMessage) -> None:
        for _ in range(3):
            await checkpoint()

    async def listen() -> None:
        with front.subscribe(transport="ws", boot="boot-1", since=0) as page:
            await page.deliver(send)

    async with anyio.create_task_group() as group:
        group.start_soon(listen)
        for _ in range(steps):
            await checkpoint()
        group.cancel_scope.cancel()

    assert front.statistics()["clients"] == {}
    assert group.cancel_scope.cancelled_caught or steps == 0


async def test_a_thousand_visits_leave_nothing_behind() -> None:
    front = channel()

    for _ in range(1000):
        with front.subscribe(transport="ws") as page:
            await heard(page, 1)
    del page
    gc.collect()

    assert not [thing for thing in gc.get_objects() if isinstance(thing, Subscription)]


SEEN = PageSeen("p1", "http://localhost:8000/shop?session=secret#cart", True)


async def test_pages_tell_who_they_are() -> None:
    acks: list[tuple[Ack, str]] = []
    front = channel(on_ack=lambda ack, url: acks.append((ack, url)))
    ack = Ack("p1", 1, "applied", 3.2, "")

    with front.subscribe(transport="ws", browser="Firefox 140") as line:
        front.hear(SEEN, line.client)
        front.hear(ack, line.client)
        (page,) = front.statistics()["pages"]
        assert page | {"since": 0} == {
            "page": "p1",
            "url": "http://localhost:8000/shop",
            "transport": "ws",
            "visible": True,
            "since": 0,
            "browser": "Firefox 140",
            "latency": None,
            "last": {"seq": 1, "outcome": "applied", "ms": 3.2, "detail": ""},
        }
        front.hear(PageSeen("p1", "/", False), line.client)
        (page,) = front.statistics()["pages"]
        assert (page["visible"], page["last"]["seq"]) == (False, 1)

    assert front.statistics()["pages"] == []
    assert acks == [(ack, "http://localhost:8000/shop")]


async def test_a_page_that_is_left_is_forgotten() -> None:
    front = channel()

    with front.subscribe(transport="sse") as line:
        front.hear(SEEN, line.client)
        front.hear(PageSeen("p2", "/", True), line.client)
        front.hear(Gone("p1"), line.client)
        assert [page.id for page in front.pages] == ["p2"]


async def test_pages_without_a_line_are_bounded() -> None:
    front = channel()
    for number in range(MAX_PAGES + 10):
        front.hear(PageSeen(f"p{number}", "/", True), "nobody")

    assert len(front.pages) == MAX_PAGES
    assert [page.id for page in front.pages][0] == "p10"


STAGES = Stages(10.1, 10.1)


def saved(*names: str) -> tuple[Batch, list[str]]:
    changes = tuple(Change(Path("/home/someone/project") / name, "modified") for name in names)
    return Batch(changes, 10.0, 10.05), list(names)


def test_the_timeline_tells_a_save_with_its_stages() -> None:
    record = Timeline(clock=lambda: 10.06, wall=lambda: 1_700_000_000.0)
    batch, names = saved("a.html", "b.css")
    record.record(
        4,
        batch,
        names,
        Decision((updates.Patch(("a.html",), "a.html changed"),)),
        "a.html: patch",
        Stages(10.0505, 10.051),
    )
    record.acknowledge(Ack("p1", 4, "applied", 7.77, "3 nodes"), "/a")
    record.acknowledge(Ack("p1", 99, "applied", 1, "nobody knows this one"))

    assert record.snapshot() == [
        {
            "seq": 4,
            "at": 1_700_000_000.0,
            "line": "a.html: patch",
            "changes": [{"path": "a.html", "kind": "modified"}, {"path": "b.css", "kind": "modified"}],
            "more": 0,
            "steps": [{"type": "patch", "paths": 1, "reason": "a.html changed"}],
            "problems": [],
            "python": None,
            "audit": None,
            "ms": {"settle": 50.0, "apply": 0.5, "decide": 0.5, "publish": 9.0, "total": 60.0},
            "pages": [
                {"page": "p1", "url": "/a", "outcome": "applied", "ms": 7.8, "arrived": 0.0, "detail": "3 nodes"}
            ],
        }
    ]


def test_an_ack_belongs_to_the_batch_that_told_it() -> None:
    record = Timeline()
    batch, names = saved("a.html")
    record.record(1, batch, names, Decision(PATCH), "a.html: patch", STAGES)
    record.record(1, batch, names, Decision(()), "a.html: nothing to do", STAGES)
    record.acknowledge(Ack("p1", 1, "nothing", 1, ""))

    silent, told = record.snapshot()
    assert (silent["pages"], len(told["pages"])) == ([], 1)


def test_the_timeline_is_bounded_and_says_nothing_of_the_machine() -> None:
    record = Timeline()
    batch, names = saved(*(f"{'x' * 200}/{number}.html" for number in range(5000)))
    failure = updates.Failure("boom", "/home/someone/project/secret.py line 1")
    for seq in range(300):
        record.record(seq, batch, names, Decision((failure,)), "l" * 500, STAGES)
        for page in range(100):
            record.acknowledge(Ack(f"p{page}", seq, "applied", 1, "d" * 1000))
    snapshot = json.dumps(record.snapshot())

    assert 0 < len(record.snapshot()) <= MAX_ENTRIES
    assert len(snapshot) <= MAX_BYTES
    assert "/home" not in snapshot
    assert "secret" not in snapshot
