"""Which encoding a document is in, against Python's codecs and the HTML community's cases."""

from __future__ import annotations

import encodings.aliases
from functools import partial
from pathlib import Path

import anyio
import pytest
from html5lib._inputstream import HTMLBinaryInputStream
from hypothesis import given
from hypothesis import strategies as st

from asgi_reload.html.charset import declared, is_ascii_compatible, sniff

from .kit import OURS, answering, ask

CORPUS = Path(__file__).parents[3] / "shared" / "data" / "html5lib-tests" / "encoding"
MARKUP = b"<!doctype html><html lang='en'><head><meta charset=x><script src=\"/a?b=c&d\" data-a-b></script>"
FILLER = b"<link rel='" + b"x" * 800 + b"'>"
# Python's own, which are no text encodings of bytes.
NO_CHARSETS = {"base64_codec", "bz2_codec", "hex_codec", "quopri_codec", "rot_13", "uu_codec", "zlib_codec", "mbcs"}
# No browser knows these, so their names mean nothing to it.
UNKNOWN = {"cp864", "shift_jis_2004", "shift_jisx0213", "shift_jis", "johab", "ptcp154", "kz1048", "tactis"}


@pytest.mark.parametrize("charset", sorted(set(encodings.aliases.aliases.values()) - NO_CHARSETS - UNKNOWN))
def test_ascii_is_ascii_or_we_keep_away(charset: str) -> None:
    name = charset.replace("_", "-")

    try:
        same = MARKUP.decode(charset) == MARKUP.decode("ascii")
    except UnicodeDecodeError:
        same = False

    assert is_ascii_compatible(name) is (same and not name.startswith(("iso2022", "hz", "utf-7")))
    assert is_ascii_compatible(charset) is is_ascii_compatible(name)


@pytest.mark.parametrize(
    "name", ["utf-16", "UTF-16LE", "csunicode", "unicodefffe", "iso-10646-ucs-2", "csiso2022kr", "x-ebcdic"]
)
def test_labels_of_encodings_without_ascii(name: str) -> None:
    assert not is_ascii_compatible(name.lower())


@pytest.mark.parametrize(
    ("content_type", "charset"),
    [
        (b"text/html", None),
        (b"text/html; charset=utf-8", "utf-8"),
        (b'text/html;CHARSET="Shift_JIS"; a=b', "shift_jis"),
        (b"text/html; a=b; charset = koi8-r ", "koi8-r"),
        (b"text/html; charset=", None),
        (b"text/html; x-charset=a", None),
    ],
)
def test_the_charset_of_a_header(content_type: bytes, charset: str | None) -> None:
    assert declared(content_type) == charset


@pytest.mark.parametrize(
    ("document", "charset"),
    [
        (b"<meta charset=koi8-r>", "koi8-r"),
        (b"<META CHARSET='KOI8-R'>", "koi8-r"),
        (b"<!-- <meta charset=a> --><meta charset=b>", "b"),
        (b"<!--><meta charset=b>", "b"),
        (b"<p title='<meta charset=a>'><meta charset=b>", "b"),
        (b"<meta name=a content='charset=b'>", None),
        (b"<meta http-equiv=content-type content='text/html; charset = \"b\"'>", "b"),
        (b"<meta charset=utf-16le>", "utf-8"),
        (b"<meta charset=x-user-defined>", "windows-1252"),
        (b"<meta charset='a b'>", None),
        (b"<meta" + b" " * 1100 + b"charset=a>", None),
    ],
)
def test_the_charset_of_a_document(document: bytes, charset: str | None) -> None:
    assert sniff(document) == charset


@given(st.binary())
def test_no_document_makes_it_raise(document: bytes) -> None:
    sniff(b"<meta " + document)
    declared(b"text/html;" + document)


def encoding_cases() -> list[bytes]:
    cases: list[bytes] = []
    for path in sorted(CORPUS.glob("*.dat")):
        cases.extend(case.partition(b"\n#encoding\n")[0] for case in path.read_bytes().split(b"#data\n")[1:])
    return cases


def encoding_of(document: bytes, content_type: str | None) -> str:
    charset = declared(content_type.encode()) if content_type else None
    stream = HTMLBinaryInputStream(document, transport_encoding=charset, useChardet=False)
    name: str = stream.charEncoding[0].name
    return name


@pytest.mark.skipif(not CORPUS.is_dir(), reason=f"needs the html5lib tests in {CORPUS}")
def test_a_document_is_read_in_the_same_encoding_with_our_tag() -> None:
    cases = encoding_cases()
    tagged = 0

    for document in cases:
        # A label that is none, and the right one a kilobyte on: that document is on its own.
        far = document if b"bogus" in document else document.replace(b"<meta", FILLER + b"<meta", 1)
        for padded in (document, far):
            answer = anyio.run(partial(ask, answering(padded, headers=[(b"content-type", b"text/html")])))
            tagged += OURS.search(answer.body) is not None
            ours = encoding_of(answer.body, answer.header("content-type"))
            assert ours == encoding_of(padded, "text/html"), padded

    assert len(cases) > 70
    assert tagged > 50
