"""What goes over a line, as bytes: it comes out as it went in, however the bytes are cut."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asgi_reload.bridge.carried import MAX_DEPTH, NotPlain, carried, only_plain, plain
from asgi_reload.bridge.frames import Ask, Begin, Done, Failed, Gone, Piece, Reader, Said, encode
from asgi_reload.report import Report

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from asgi_reload.bridge.frames import Frame

TEXT = st.text(max_size=20)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXT | st.binary(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.tuples(inner, inner) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)
FRAMES = st.one_of(
    st.builds(Begin, st.dictionaries(TEXT, VALUES, max_size=4)),
    st.builds(Said, st.fixed_dictionaries({"type": st.just("http.response.start"), "headers": VALUES})),
    st.builds(
        Said,
        st.fixed_dictionaries(
            {
                "type": st.sampled_from(["websocket.send", "websocket.receive"]),
                "bytes": st.none() | st.binary(max_size=99),
                "text": st.none() | TEXT,
            }
        ),
    ),
    st.builds(Piece, st.binary(max_size=200), st.booleans()),
    st.builds(Failed, st.builds(Report, TEXT, TEXT, TEXT)),
    st.sampled_from([Ask(), Gone(), Done()]),
)


def joined(frames: Iterable[Frame]) -> Iterator[Frame]:
    """The frames, with the parts of each piece put together."""
    body = b""

    for frame in frames:
        if not isinstance(frame, Piece):
            assert not body
            yield frame
        elif frame.whole:
            yield Piece(body + frame.body, frame.more)
            body = b""
        else:
            assert frame.more, "a part that is not the last has more behind it"
            body += frame.body


@settings(max_examples=200, deadline=None)
@given(st.lists(FRAMES, max_size=8), st.data())
def test_frames_come_out_as_they_went_in_wherever_they_are_cut(frames: list[Frame], data: st.DataObject) -> None:
    wire = b"".join(part for frame in frames for part in encode(frame))
    cuts = data.draw(st.lists(st.integers(0, len(wire)), max_size=20))
    reader = Reader()

    read = [frame for a, b in pairwise([0, *sorted(cuts), len(wire)]) for frame in reader.feed(wire[a:b])]

    assert list(joined(read)) == frames


def test_frames_come_out_byte_by_byte() -> None:
    frames: list[Frame] = [Begin({"path": "/"}), Piece(b"body", True), Ask(), Piece(b"", False), Done()]
    wire = b"".join(part for frame in frames for part in encode(frame))
    reader = Reader()

    read = [frame for byte in wire for frame in reader.feed(bytes([byte]))]

    assert list(joined(read)) == frames


def test_the_middle_of_a_large_body_is_not_copied() -> None:
    head, body = encode(Piece(b"x" * 100_000, False))
    reader = Reader()
    reader.feed(head)
    middle = body[:50_000]

    (part,) = reader.feed(middle)

    assert isinstance(part, Piece)
    assert part.body is middle


def test_what_is_not_plain_data_is_refused() -> None:
    with pytest.raises(ValueError, match="unmarshallable"):
        encode(Begin({"app": object()}))


class Status(int):
    """As `http.HTTPStatus` is: an int that is more than one."""


class Markup(str):
    """As template engines have it."""


def test_values_are_made_plain() -> None:
    value = plain({"a": [Status(7), (Markup("<p>"), bytearray(b"x"))], "b": None, "c": 1.5, "d": True})

    assert value == {"a": [7, ("<p>", b"x")], "b": None, "c": 1.5, "d": True}
    assert [type(value["a"][0]), type(value["a"][1][0]), type(value["a"][1][1])] == [int, str, bytes]


def test_a_value_that_contains_itself_is_not_plain() -> None:
    value: list[object] = []
    value.append(value)

    with pytest.raises(NotPlain, match=f"deeper than {MAX_DEPTH}"):
        plain(value)


def test_of_a_scope_only_plain_data_is_carried_and_extensions_that_a_line_can_keep() -> None:
    scope = {
        "path": "/",
        "client": ("127.0.0.1", 1),
        "state": {"mine": 1},
        "app": object(),
        "endpoint": {"name": object()},
        "extensions": {
            "http.response.pathsend": {},
            "http.response.trailers": {},
            "http.response.early_hint": {},
            "http.response.zerocopysend": {},
            "tls": {"tls_version": 0x0304},
        },
    }

    assert only_plain(carried(scope)) == {
        "path": "/",
        "client": ("127.0.0.1", 1),
        "extensions": {"http.response.pathsend": {}, "tls": {"tls_version": 0x0304}},
    }
