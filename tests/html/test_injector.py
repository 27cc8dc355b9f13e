"""The injector alone: where the element goes, and that nothing else changes."""

from __future__ import annotations

import sys
from itertools import accumulate
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asgi_reload.html.injector import MAX_PROLOG, Injector

if TYPE_CHECKING:
    from collections.abc import Iterable

TAG = b"<script ours></script>"

# The mark | stands where the element has to go.
PLACES = {
    "behind <head>": b"<!doctype html><html><head>|<title>x</title></head>",
    "behind <head> with attributes": b"<!doctype html>\n<html lang='>' >\n <head\n prefix=\"og: >\">|\n<title>x",
    "behind <HEAD >": b"<HTML><HEAD >|<TITLE>x",
    "behind the charset": b"<!doctype html><html><head>\n  <meta charset='utf-8'>|\n<title>x",
    "behind a charset in upper case": b"<head><META CHARSET=UTF-8>|<title>x",
    "behind http-equiv": b'<head><meta http-equiv="Content-Type" content="text/html; charset=utf-8"/>|<title>x',
    "behind content before http-equiv": b'<head><meta content="text/html; charset=utf-8" http-equiv=Content-Type>|<p>',
    "behind two charsets and comments": b"<head><meta charset=a> <!-- b --> <meta charset=c>|<!-- d --><title>x",
    "before a meta policy": b"<head>|<meta http-equiv=Content-Security-Policy content=\"script-src 'none'\">",
    "before a meta policy behind the charset": b"<head><meta charset=utf-8>|<meta http-equiv=Content-Security-Policy>",
    "before a viewport": b'<head>|<meta name="viewport" content="width=device-width"><meta charset=utf-8>',
    "before an import map": b"<html><head>|<script type=importmap>{}</script>",
    "before <body> if there is no head": b"<!doctype html><html>\n\n|<body class=a>hello",
    "before text": b"<!doctype html>\n|hello",
    "before a minimal document's content": b"<!doctype html>|<title>x</title><p>y",
    "behind a minimal document's charset": b"<!doctype html><meta charset=utf-8>|<title>x</title><p>y",
    "before <title> without a doctype": b"|<title>x</title><p>y",
    "before <body> without a doctype": b" |<body>y",
    "before <frameset>": b"<html>|<frameset><frame></frameset>",
    "behind a byte order mark": b"\xef\xbb\xbf<!doctype html><head>|<title>x",
    "at once behind a byte order mark": b"\xef\xbb\xbf|<title>x</title>",
    "behind comments": b"<!-- a --><!doctype html><!-- b --><html><!-- c -->|<body>",
    "behind an XML declaration": b'<?xml version="1.0"?>\n<!DOCTYPE html PUBLIC "-//W3C//DTD">\n<html><head>|',
    "behind stray end tags": b"<!doctype html></p></title a='>'> |<p>",
    "before end tags that are content": b"<!doctype html> |</body><p>",
    "behind comments of odd ends": b"<!doctype html><!--><!---><!--a--!><!-- <!-- --><html><head>|",
    "in a document without end": b"<!doctype html><html><head>|",
    "in a document of a doctype alone": b"<!doctype html>|",
    "before an unclosed tag": b"<!doctype html>|<html lang='en",
    "before an unclosed comment in the head": b"<head>|<!-- title",
    "not in strings that look like tags": b"<!doctype html><head>|<script>'<head><body>'</script><!-- </body> -->",
}

LEFT_ALONE = {
    "nothing": b"",
    "text": b"hello <head>",
    "a fragment": b"<div><title>not ours</title></div>",
    "a fragment behind white space": b"\n\n  <tr><td>1</td></tr>",
    "a fragment behind a comment about documents": b"<!-- <!doctype html><html><head> --><li>1",
    "a header, which is no head": b"<header>hi</header>",
    "an element of a longer name": b"<html-widget>",
    "an unclosed comment": b"<!doctype html><!-- never closed <html><head>",
    "an unclosed doctype": b"<!doctype html",
    "a comment that a script might close": b"<!doctype html><html><!--!><head>",
    "half a byte order mark": b"\xef\xbb",
    "UTF-16 with its mark": "\ufeff<!doctype html><html><head>".encode("utf-16-le"),
    "UTF-16 without": "<!doctype html><html><head>".encode("utf-16-be"),
    "JSON": b'{"html": "<!doctype html><html><head>"}',
    "a PDF": b"%PDF-1.7\n<html><head>",
    "a prolog without end": b"<!doctype html><!--" + b"x" * MAX_PROLOG + b"--><html><head>",
}


def inject(chunks: Iterable[bytes], *, strict: bool = False) -> tuple[bytes, bool | None]:
    injector = Injector(TAG, strict=strict)
    out = b"".join([injector.feed(chunk, more=True) for chunk in chunks])
    return out + injector.feed(b"", more=False), injector.injected


def one_by_one(document: bytes) -> list[bytes]:
    return [document[i : i + 1] for i in range(len(document))]


@pytest.mark.parametrize("marked", PLACES.values(), ids=PLACES)
def test_the_element_goes(marked: bytes) -> None:
    document = marked.replace(b"|", b"", 1)

    assert Injector(TAG).feed(document, more=False) == marked.replace(b"|", TAG, 1)


@pytest.mark.parametrize("document", LEFT_ALONE.values(), ids=LEFT_ALONE)
def test_what_is_no_document_is_left_alone(document: bytes) -> None:
    injector = Injector(TAG)

    assert injector.feed(document, more=False) == document
    assert injector.injected is False


@pytest.mark.parametrize("document", [*PLACES.values(), *LEFT_ALONE.values()], ids=[*PLACES, *LEFT_ALONE])
def test_each_split_in_two_gives_the_same_bytes(document: bytes) -> None:
    document = document.replace(b"|", b"", 1)
    whole = inject([document])

    for split in range(min(len(document), 300)):
        assert inject([document[:split], document[split:]]) == whole

    assert inject(one_by_one(document)) == whole


PIECES = [TAG, *PLACES.values(), *LEFT_ALONE.values()]
MARKUP = st.one_of(
    st.sampled_from([b"<!doctype html>", b"<html>", b"<head>", b"<meta charset=utf-8>", b"<!--", b"-->", b"</p>"]),
    st.sampled_from([b"<", b">", b"'", b'"', b"=", b"/", b"!", b"-", b"<html a='", b"<meta ", b"charset=", b"<body>"]),
    st.sampled_from([b" ", b"\n", b"\xef\xbb\xbf", b"x", b"<title>", b"</head>", b"\x00", b"<?", b"-->" * 2]),
    st.binary(max_size=3),
)
DOCUMENTS = st.lists(MARKUP, max_size=24).map(b"".join)


@st.composite
def splits(draw: st.DrawFn, documents: st.SearchStrategy[bytes]) -> tuple[bytes, list[bytes]]:
    document = draw(documents)
    cuts = draw(st.lists(st.integers(0, max(len(document), 1)), max_size=12))
    edges = [0, *sorted(cuts), len(document)]
    return document, [document[a:b] for a, b in zip(edges, edges[1:], strict=False)]


@settings(max_examples=500, deadline=None)
@given(splits(DOCUMENTS), st.booleans())
def test_any_split_gives_the_same_bytes(split: tuple[bytes, list[bytes]], strict: bool) -> None:
    document, chunks = split
    whole = inject([document], strict=strict)

    assert inject(chunks, strict=strict) == whole
    assert inject(one_by_one(document), strict=strict) == whole


@settings(max_examples=100, deadline=None)
@given(
    splits(st.tuples(st.integers(0, 3 * MAX_PROLOG), DOCUMENTS).map(lambda p: b"<!--" + b"x" * p[0] + b"-->" + p[1]))
)
def test_any_split_of_a_long_prolog_gives_the_same_bytes(split: tuple[bytes, list[bytes]]) -> None:
    document, chunks = split

    assert inject(chunks) == inject([document])


@settings(max_examples=500, deadline=None)
@given(DOCUMENTS, st.booleans())
def test_the_element_is_all_that_is_added(document: bytes, strict: bool) -> None:
    out, injected = inject([document], strict=strict)

    assert out == document if not injected else out.replace(TAG, b"", 1) == document


@pytest.mark.parametrize("begin", [b"<title>x</title>", b"<body>x", b"<meta charset=utf-8>", b"<frameset>"])
def test_strictly_only_a_doctype_html_or_head_makes_a_document(begin: bytes) -> None:
    assert inject([begin]) != (begin, False)
    assert inject([begin], strict=True) == (begin, False)
    assert inject([b"<!doctype html>" + begin], strict=True)[1]


def test_content_goes_out_with_the_chunk_that_shows_it() -> None:
    injector = Injector(TAG)

    assert injector.feed(b"<!doctype html><html><head>", more=True) == b""
    assert injector.feed(b"<title>", more=True) == b"<!doctype html><html><head>" + TAG + b"<title>"
    assert injector.feed(b"<html><head>", more=True) == b"<html><head>"


def test_a_fragment_goes_out_with_its_first_chunk() -> None:
    assert Injector(TAG).feed(b"<li>1", more=True) == b"<li>1"


@pytest.mark.parametrize("unit", [b"x", b"-", b" ", b">", b"->", b"<", b"='", b"<!---->", b"<meta charset=a>", b"a="])
@pytest.mark.parametrize("begin", [b"<!--", b"<html ", b"<head>", b"<!doctype html>", b"</p "])
def test_no_more_is_held_than_the_bound(begin: bytes, unit: bytes) -> None:
    document = (begin + unit * 60_000)[:60_000]
    injector = Injector(TAG)
    sent = 0

    for fed, chunk in enumerate(one_by_one(document), start=1):
        sent += len(injector.feed(chunk, more=True))
        assert fed - sent < MAX_PROLOG or injector.injected is not None


def looks(chunks: list[bytes]) -> int:
    """How often a pattern is matched while these chunks are fed."""
    count = 0

    def profile(frame: Any, event: str, argument: Any) -> None:
        nonlocal count
        count += event == "c_call" and getattr(argument, "__name__", "") == "match"

    injector = Injector(TAG)
    sys.setprofile(profile)
    try:
        for chunk in chunks:
            injector.feed(chunk, more=True)
    finally:
        sys.setprofile(None)

    return count


@pytest.mark.parametrize("unit", [b"x", b"-", b" ", b"->", b"<!---->", b"<meta charset=a>", b"</p>", b"a='>' "])
@pytest.mark.parametrize("begin", [b"<!--", b"<html ", b"<head>", b"<!doctype html>"])
def test_a_body_in_single_bytes_is_not_looked_at_for_each(begin: bytes, unit: bytes) -> None:
    document = (begin + unit * 60_000)[:60_000]

    assert looks(one_by_one(document)) < 300


@pytest.mark.parametrize(
    "unit", [b"<!---->", b"<!-- - -->", b"</p a='>", b"<meta charset=", b"<html ", b" \n", b"=", b"''"]
)
def test_a_prolog_that_fails_late_is_read_in_one_go(unit: bytes) -> None:
    """Backtracking would not end in a lifetime here, were there any to speak of."""
    for begin in (b"", b"<!doctype html>", b"<head>", b"<html ", b"<!--"):
        document = begin + unit * (MAX_PROLOG // len(unit)) + b"<p>"
        assert inject([document])[0].replace(TAG, b"", 1) == document


def test_lengths_are_those_of_the_chunks_and_the_element() -> None:
    document = b"<!doctype html><head><title>x</title>" + b"y" * 100_000
    injector = Injector(TAG)
    chunks = [document[i : i + 1000] for i in range(0, len(document), 1000)]
    lengths = list(accumulate(len(injector.feed(chunk, more=True)) for chunk in chunks))

    assert lengths[0] == 1000 + len(TAG)
    assert lengths[-1] == len(document) + len(TAG)
