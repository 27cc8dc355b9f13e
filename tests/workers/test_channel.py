"""The control channel: messages and lines both ways, in order, without ever blocking the loop."""

from __future__ import annotations

import asyncio
import os
import socket
from typing import TYPE_CHECKING, Any

import pytest

from asgi_reload.errors import ControlError, PeerGone
from asgi_reload.workers import channel
from asgi_reload.workers.channel import ControlChannel
from asgi_reload.workers.messages import encode

from .kit import Peer, until

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.anyio


@pytest.fixture
def pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    ours, theirs = socket.socketpair()
    yield ours, theirs
    ours.close()
    theirs.close()


async def test_messages_go_both_ways_in_order(pair: tuple[socket.socket, socket.socket]) -> None:
    one, other = map(Peer, pair)

    for number in range(1000):
        one.channel.send({"number": number})
    other.channel.send({"answer": "é\udce9"})

    assert [await other.next() for _ in range(1000)] == [{"number": number} for number in range(1000)]
    assert await one.next() == {"answer": "é\udce9"}
    await one.close()
    await other.gone()


async def test_lines_arrive_with_their_messages(pair: tuple[socket.socket, socket.socket]) -> None:
    near, far = ControlChannel(pair[0]), ControlChannel(pair[1])
    heard: list[tuple[dict[str, Any], socket.socket | None]] = []
    listening = asyncio.create_task(far.run(lambda *what: heard.append(what)))
    speaking = asyncio.create_task(near.run(lambda *_: None))
    kept = []

    for number in range(100):
        ours, theirs = socket.socketpair()
        kept.append(ours)
        near.send({"number": number, "much": "x" * 5000})
        near.send({"line": number}, theirs)
    await until(lambda: len(heard) == 200)

    for number, (message, line) in enumerate(heard[1::2]):
        assert message == {"line": number}
        assert line is not None
        assert not os.get_inheritable(line.fileno())
        line.sendall(b"%d" % number)
        assert kept[number].recv(10) == b"%d" % number
        line.close()
        kept[number].close()
    assert all(line is None for _, line in heard[::2])

    near.close()
    await asyncio.gather(speaking, listening)


async def test_a_large_message_is_queued_and_arrives(pair: tuple[socket.socket, socket.socket]) -> None:
    near, far = ControlChannel(pair[0]), pair[1]
    large = {"text": "x" * 20_000_000}
    near.send(large)
    near.send({"after": True})
    other = Peer(far)
    speaking = asyncio.create_task(near.run(lambda *_: None))

    assert await other.next() == large
    assert await other.next() == {"after": True}
    await other.close()
    await speaking


async def test_last_words_are_heard_after_the_peer_has_gone(pair: tuple[socket.socket, socket.socket]) -> None:
    near, far = pair
    far.sendall(encode({"last": 1}))
    far.close()
    one = Peer(near)

    with pytest.raises(PeerGone, match="has gone"):
        one.channel.send({"still": "there?"})
    assert await one.next() == {"last": 1}
    await one.gone()
    with pytest.raises(PeerGone, match="is closed"):
        one.channel.send({})


async def test_a_line_is_closed_even_if_nobody_hears_of_it(pair: tuple[socket.socket, socket.socket]) -> None:
    near = ControlChannel(pair[0])
    near.close()
    ours, theirs = socket.socketpair()

    with ours, pytest.raises(PeerGone):
        near.send({}, theirs)

    assert theirs.fileno() == -1


async def test_a_peer_that_does_not_read_is_given_up(
    pair: tuple[socket.socket, socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(channel, "MAX_QUEUED", 1_000_000)
    near = ControlChannel(pair[0])

    with pytest.raises(PeerGone, match="does not read"):
        for _ in range(100):
            near.send({"text": "x" * 100_000})


@pytest.mark.parametrize("noise", [b"GET / HTTP/1.1\r\n\r\n", encode({"carries line": True})])
async def test_noise_ends_the_talk(pair: tuple[socket.socket, socket.socket], noise: bytes) -> None:
    pair[1].sendall(noise)

    with pytest.raises(ControlError):
        await ControlChannel(pair[0]).run(lambda *_: None)
    assert pair[0].fileno() == -1


async def test_an_error_in_the_receiver_comes_out_of_run(pair: tuple[socket.socket, socket.socket]) -> None:
    ours, theirs = socket.socketpair()
    far = ControlChannel(pair[1])
    far.send({"bad": True})
    far.send({"with": "a line"}, theirs)

    def fail(*_: Any) -> None:
        raise LookupError

    with ours:
        with pytest.raises(LookupError):
            await ControlChannel(pair[0]).run(fail)
        assert ours.recv(1) == b""
    far.close()


async def test_it_can_be_closed_from_within(pair: tuple[socket.socket, socket.socket]) -> None:
    near = ControlChannel(pair[0])
    pair[1].sendall(encode({"a": 1}) + encode({"b": 2}))
    heard = []

    def hear(message: dict[str, Any], _: socket.socket | None) -> None:
        heard.append(message)
        near.close()

    await near.run(hear)

    assert heard == [{"a": 1}]
    assert pair[1].recv(1) == b""
