"""The messages: what pages may say, and that both sides of the wire mean the same."""

from __future__ import annotations

import json
import re
from dataclasses import fields
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import asgi_reload
from asgi_reload import page_messages, protocol, sse, updates
from asgi_reload.errors import MessageError
from asgi_reload.page_messages import Ack, Gone, PageSeen, Pong, Said, parse, parse_posted
from asgi_reload.protocol import Bye, Hello, Ping, UpdateMessage

DECLARATIONS = (Path(asgi_reload.__file__).parent / "client" / "protocol.d.ts").read_text()
ACK = {"type": "ack", "page": "p1", "seq": 3, "outcome": "applied", "ms": 4.5, "detail": ""}
SAID = {
    "type": "said",
    "page": "p1",
    "level": "error",
    "text": "TypeError: x is undefined",
    "place": "/static/app.js:3:7",
    "count": 1,
}


def union(name: str) -> dict[str, set[str]]:
    """The members of a union type in the declarations: `type` → the other fields."""
    (body,) = re.findall(rf"export type {name} =(.*?);\n\n", f"{DECLARATIONS}\n\n", re.DOTALL)
    members = [re.findall(r"(\w+): ", member) for member in re.findall(r"\{ (.*?) \}", body)]
    names = re.findall(r'\{ type: "(\w+)"', body)
    return {name: set(member) - {"type"} for name, member in zip(names, members, strict=True)}


def declared_by(types: dict[Any, str]) -> dict[str, set[str]]:
    return {name: {field.name for field in fields(kind)} for kind, name in types.items()}


def test_both_sides_know_the_same_steps() -> None:
    assert union("Step") == declared_by(updates.NAMES)


def test_both_sides_know_the_same_messages_of_a_server() -> None:
    assert union("ServerMessage") == declared_by(protocol.NAMES)


def test_both_sides_know_the_same_messages_of_a_page() -> None:
    assert union("PageMessage") == declared_by({kind: name for name, kind in page_messages.PAGE_MESSAGES.items()})


def test_both_sides_know_the_same_levels() -> None:
    (body,) = re.findall(r"export type Level = (.*?);", DECLARATIONS)
    assert set(re.findall(r'"(\w+)"', body)) == set(get_args(page_messages.Level))


def test_both_sides_know_the_same_outcomes() -> None:
    (body,) = re.findall(r"export type Outcome = (.*?);", DECLARATIONS)
    assert set(re.findall(r'"(\w+)"', body)) == set(get_args(page_messages.Outcome))


def test_a_message_is_written_as_the_page_reads_it() -> None:
    update = UpdateMessage(7, 2, (updates.Css(("a.css",)), updates.Reload(("b.js",), "b.js is a script", 500)))

    assert json.loads(update.json) == {
        "type": "update",
        "seq": 7,
        "generation": 2,
        "steps": [
            {"type": "css", "paths": ["a.css"]},
            {"type": "reload", "paths": ["b.js"], "reason": "b.js is a script", "delay": 500},
        ],
        "written": 0,
    }


def test_a_message_is_encoded_once_for_all_clients() -> None:
    ping = Ping(3)
    assert ping.json is ping.json


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ({"type": "page", "page": "p1", "url": "/a", "visible": True}, PageSeen("p1", "/a", True)),
        ({"type": "gone", "page": "p1"}, Gone("p1")),
        (ACK, Ack("p1", 3, "applied", 4.5, "")),
        ({"type": "pong", "seq": 3}, Pong(3)),
        (SAID, Said("p1", "error", "TypeError: x is undefined", "/static/app.js:3:7", 1)),
    ],
)
def test_a_page_is_understood(said: dict[str, Any], meant: object) -> None:
    text = json.dumps(said)
    assert parse(text) == parse(text.encode()) == meant


@pytest.mark.parametrize(
    "said",
    [
        "",
        "{",
        "null",
        "[]",
        '"page"',
        "{}",
        '{"type": null}',
        '{"type": ["page"]}',
        '{"type": "evil"}',
        '{"type": "gone"}',
        '{"type": "gone", "page": ""}',
        '{"type": "gone", "page": 1}',
        '{"type": "gone", "page": "p", "more": 1}',
        json.dumps({"type": "gone", "page": "p" * 65}),
        json.dumps({"type": "page", "page": "p", "url": "u" * 2049, "visible": True}),
        '{"type": "page", "page": "p", "url": "/", "visible": 1}',
        json.dumps({**ACK, "seq": True}),
        json.dumps({**ACK, "seq": -1}),
        json.dumps({**ACK, "seq": 2**53}),
        json.dumps({**ACK, "seq": 1.5}),
        json.dumps({**ACK, "outcome": "hacked"}),
        json.dumps({**ACK, "outcome": ["applied"]}),
        json.dumps({**ACK, "ms": float("nan")}),
        json.dumps({**ACK, "ms": float("inf")}),
        json.dumps({**ACK, "ms": -1}),
        json.dumps({**ACK, "detail": "d" * 1001}),
        json.dumps(ACK).replace("4.5", "1e999"),
        json.dumps({**SAID, "level": "loud"}),
        json.dumps({**SAID, "text": "t" * 2001}),
        json.dumps({**SAID, "place": "p" * 1001}),
        json.dumps({**SAID, "count": -1}),
        "[" * 4000,
        "9" * 4096,
        b"\xff\xfe{",
    ],
)
def test_what_is_no_message_is_refused_as_a_violation(said: str | bytes) -> None:
    with pytest.raises(MessageError) as refusal:
        parse(said)

    assert refusal.value.code == 1008


def test_four_kib_are_too_much_by_one_byte() -> None:
    padded = json.dumps(ACK).ljust(4096)
    assert parse(padded) == Ack("p1", 3, "applied", 4.5, "")

    with pytest.raises(MessageError) as refusal:
        parse(padded + " ")

    assert refusal.value.code == 1009


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"client": 1, "message": {}}', b'{"client": "c"}'])
def test_a_post_names_its_client(body: bytes) -> None:
    with pytest.raises(MessageError):
        parse_posted(body)

    assert parse_posted(b'{"client": "c", "message": {"type": "gone", "page": "p"}}') == ("c", Gone("p"))


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)
near_messages = st.fixed_dictionaries(
    {"type": st.sampled_from(["page", "gone", "ack", "pong"])},
    optional=dict.fromkeys(("page", "url", "visible", "seq", "outcome", "ms", "detail"), json_values),
).map(json.dumps)


@given(st.text() | st.binary() | near_messages)
@settings(deadline=None)
def test_whatever_a_page_says_is_a_message_or_an_error(said: str | bytes) -> None:
    try:
        message = parse(said)
    except MessageError as refusal:
        assert refusal.code in (1008, 1009)
    else:
        assert isinstance(message, PageSeen | Gone | Ack | Pong)


def parse_events(raw: bytes) -> list[dict[str, str]]:
    """The reference reader: WHATWG HTML, section 9.2.6, as written there."""
    events: list[dict[str, str]] = []
    event, data = {"id": ""}, list[str]()

    for line in re.split("\r\n|\n|\r", raw.decode("utf-8")):
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if line == "":
            if data:
                events.append({**event, "data": "\n".join(data)})
            event, data = {"id": ""}, list[str]()
        elif name == "data":
            data.append(value)
        else:
            event[name] = value

    return events


hostile = st.text(st.characters(codec=None, categories=None) | st.sampled_from("\r\n\0\u2028\ud800:"), max_size=40)


@given(hostile)
@settings(deadline=None)
def test_any_text_is_exactly_one_event(text: str) -> None:
    for message in (
        UpdateMessage(1, 0, (updates.Css((text,)), updates.Failure(text, text, (text,)))),
        Hello(text, 0, 1, text, 10),
        Bye(text),
    ):
        raw = sse.event(message)
        (event,) = parse_events(raw)

        assert json.loads(event["data"]) == json.loads(message.json)
        assert event["id"] in ("", "1")
        assert b"\r" not in raw
        assert b"\0" not in raw
        assert raw.count(b"\n") == (3 if event["id"] else 2)


def test_a_file_of_an_evil_name_forges_no_event() -> None:
    raw = sse.event(UpdateMessage(1, 0, (updates.Css(("evil\n\ndata: x\r\nevent: reload",)),)))

    assert len(parse_events(raw)) == 1
    assert b"\nevent:" not in raw


def test_retry_is_in_milliseconds() -> None:
    assert sse.retry(15_000) == b"retry: 15000\n\n"
