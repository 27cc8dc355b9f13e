"""The smaller parts: the tag, the documents as sent, the decoder, the words of a verdict."""

from __future__ import annotations

import gzip
import re
import zlib
from pathlib import Path

import pytest
from html5lib import HTMLParser
from hypothesis import assume, given
from hypothesis import strategies as st

import asgi_reload
from asgi_reload.html.decoding import STEP, Decoder
from asgi_reload.html.policy import skipped
from asgi_reload.html.sent import CHUNK_COST, DOCUMENT_COST, MAX_DOCUMENT, MAX_TOTAL, Document, Sent
from asgi_reload.html.tag import Tag

PROTOCOL = Path(asgi_reload.__file__).parent / "client" / "protocol.d.ts"


def render(tag: Tag | None = None, **changed: str | None) -> bytes:
    tag = tag or Tag(prefix="/__reload__", client="client/v1", token="t", boot="b", transport="sse")
    facts = {"root_path": "", "nonce": None, **changed}
    return tag.render("a-1", 404, "GET", (1, 2), **facts)  # type: ignore[arg-type]


def attributes_of(tag: bytes) -> dict[str, str]:
    (script,) = HTMLParser(namespaceHTMLElements=False).parse(tag.decode("ascii")).iter("script")
    found: dict[str, str] = dict(script.attrib)
    return found


def test_the_tag_carries_what_the_client_reads() -> None:
    config = re.search(r"interface Config \{(.*?)\n\}", PROTOCOL.read_text(), re.DOTALL)
    assert config
    keys = re.findall(r"^  (\w+):", config[1], re.MULTILINE)
    kebab = {"data-" + re.sub(r"[A-Z]", lambda capital: "-" + capital[0].lower(), key) for key in keys}

    unset = {"data-pill", "data-overlay", "data-console"}
    assert kebab - unset | {"data-asgi-reload", "src"} == set(attributes_of(render()))

    more = {"pill": "on", "overlay": "off", "console": "error warning"}
    tag = Tag(prefix="/__reload__", client="client/v1", token="t", boot="b", transport="sse", more=more)
    assert kebab | {"data-asgi-reload", "src"} == set(attributes_of(render(tag)))


def test_the_tag_stops_the_parser_and_is_no_module() -> None:
    assert {"async", "defer", "type", "nonce"}.isdisjoint(attributes_of(render()))


@given(st.text(min_size=1, max_size=20), st.text(max_size=20), st.text(max_size=20))
def test_nothing_breaks_out_of_the_tag(prefix: str, token: str, root_path: str) -> None:
    assume(prefix.strip("/"))
    rendered = render(
        Tag(prefix=f"/{prefix}", client="client/v1", token=token, boot="b", transport="auto"), root_path=root_path
    )

    attributes = attributes_of(rendered)

    assert rendered.isascii()
    assert rendered.endswith(b"></script>") and rendered.count(b"<") == 2
    assert len(attributes) == 12
    assert re.match(r"/(?!/)", attributes["src"])
    assert attributes["src"] == attributes["data-base"] + "/boot.js"


def test_a_nonce_is_an_attribute() -> None:
    assert attributes_of(render(nonce="abc+/="))["nonce"] == "abc+/="


@pytest.mark.parametrize(
    ("reason", "header"),
    [
        ("content-type", b"skipped; reason=content-type"),
        ("the peer; see x", b'skipped; reason="the peer; see x"'),
        ("\u00e9\r\nx: y", b'skipped; reason="???x: y"'),
        ('a "b"', b'skipped; reason="a ?b?"'),
    ],
)
def test_a_verdict_is_one_line_of_ascii(reason: str, header: bytes) -> None:
    assert skipped(reason) == (b"x-asgi-reload", header)


def document(page: str, *chunks: bytes) -> Document:
    made = Document(page)
    for chunk in chunks:
        made.add(chunk)
    return made


def test_a_document_is_found_by_its_page() -> None:
    sent = Sent()
    sent.put(document("a", b"one", b"two"))

    kept = sent.get("a")
    assert kept and kept.body == b"onetwo"
    assert sent.get("b") is None


def test_a_newer_document_takes_the_place_of_the_page_s_earlier_one() -> None:
    sent = Sent()
    sent.put(document("a", b"x" * 1000))
    sent.put(document("a", b"y"))

    kept = sent.get("a")
    assert kept and kept.body == b"y"
    assert sent.total == kept.cost


def test_the_oldest_go_first_when_there_is_no_room() -> None:
    sent = Sent(limit=3 * (DOCUMENT_COST + CHUNK_COST + 100))
    for page in "abc":
        sent.put(document(page, b"x" * 100))
    sent.put(document("a", b"y" * 100))
    sent.put(document("d", b"x" * 100))

    assert [page for page in "abcd" if sent.get(page)] == ["a", "c", "d"]


def test_a_document_that_is_too_large_is_let_go_as_it_grows() -> None:
    large = document("a", *[b"x" * 1000] * (MAX_DOCUMENT // 1000 + 1))
    large.add(b"more")
    sent = Sent()
    sent.put(document("a", b"small"))

    sent.put(large)

    assert large.chunks == []
    assert (len(sent), sent.total) == (0, 0)


@given(
    st.lists(st.tuples(st.sampled_from("abcdef"), st.integers(0, MAX_DOCUMENT // 2), st.integers(1, 9)), max_size=80)
)
def test_never_more_is_kept_than_the_bound(puts: list[tuple[str, int, int]]) -> None:
    sent = Sent(limit=MAX_TOTAL // 8)

    for page, size, chunks in puts:
        sent.put(document(page, *[bytes(size // chunks)] * chunks))
        kept = [found for page in "abcdef" if (found := sent.get(page))]
        assert sum(found.cost for found in kept) == sent.total <= MAX_TOTAL // 8


def test_crumbs_count_for_what_they_take() -> None:
    assert document("a", *[b"x"] * 1000).cost >= 1000 * CHUNK_COST


def test_ids_of_two_lives_differ() -> None:
    one, two = Sent(), Sent()
    ids = [sent.new_page() for sent in (one, two) for _ in range(50)]

    assert len(set(ids)) == 100
    assert all(re.fullmatch(r"[A-Za-z0-9-]{1,64}", page) for page in ids)


@given(st.binary(max_size=5000), st.integers(1, 400))
def test_what_was_compressed_comes_out(data: bytes, step: int) -> None:
    for coding, encoded in (
        ("gzip", gzip.compress(data)),
        ("deflate", zlib.compress(data)),
        ("deflate", zlib.compress(data)[2:-4]),
    ):
        decoder = Decoder(coding)
        chunks = [encoded[i : i + step] for i in range(0, len(encoded), step)]
        assert b"".join(piece for chunk in chunks for piece in decoder.feed(chunk)) == data


def test_no_step_is_larger_than_the_bound() -> None:
    for size in (STEP - 1, STEP, STEP + 1, 3 * STEP, 10_000_000):
        pieces = list(Decoder("gzip").feed(gzip.compress(b"\0" * size)))
        assert max(map(len, pieces)) <= STEP
        assert sum(map(len, pieces)) == size


def test_padding_behind_gzip_is_ignored() -> None:
    assert b"".join(Decoder("gzip").feed(gzip.compress(b"a") + b"\0\0\0")) == b"a"


def test_what_is_not_compressed_raises() -> None:
    with pytest.raises(zlib.error):
        list(Decoder("gzip").feed(b"plain text"))
