"""Messages as bytes: whatever way the bytes come, the same messages are found."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asgi_reload.errors import ControlError
from asgi_reload.workers import messages
from asgi_reload.workers.messages import HEADER, Decoder, encode

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
MESSAGES = st.dictionaries(st.text(), VALUES, max_size=4)


@given(st.lists(MESSAGES, max_size=4), st.lists(st.integers(0, 200), max_size=8))
def test_what_went_in_comes_out_however_it_was_cut(sent: list[dict[str, object]], cuts: list[int]) -> None:
    data = b"".join(map(encode, sent))
    edges = [0, *sorted(min(cut, len(data)) for cut in cuts), len(data)]
    decoder = Decoder()

    received = [
        message for start, end in zip(edges, edges[1:], strict=False) for message in decoder.feed(data[start:end])
    ]

    assert received == sent


def test_a_path_that_is_no_unicode_survives() -> None:
    assert Decoder().feed(encode({"path": "caf\udce9.py"})) == [{"path": "caf\udce9.py"}]


@pytest.mark.parametrize("body", [b"[1]", b"null", b"{", b"\xff"])
def test_what_is_no_object_is_refused(body: bytes) -> None:
    with pytest.raises(ControlError, match="a control message"):
        Decoder().feed(HEADER.pack(len(body)) + body)


def test_a_message_that_is_too_large_is_refused_on_both_sides(monkeypatch: pytest.MonkeyPatch) -> None:
    large = {"text": "x" * 100}
    data = encode(large)
    monkeypatch.setattr(messages, "MAX_MESSAGE", 100)

    with pytest.raises(ControlError, match=f"{len(json.dumps(large)) - 1} bytes; at most 100"):
        encode(large)
    with pytest.raises(ControlError, match="at most 100"):
        Decoder().feed(data[:5])
