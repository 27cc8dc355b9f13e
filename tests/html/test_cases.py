"""The corner cases of everybody who has put a tag into other people's pages, each with its number and reason.

The numbers are those of the catalogue that this project began with; the reasons are what went wrong elsewhere. A case
that is not decided between the app and the wire says where it is shown.
"""

from __future__ import annotations

import gzip
import zlib
from dataclasses import dataclass, field
from pathlib import Path

import brotli
import pytest

from .kit import DOCUMENT, FETCH, HTML_UTF8, NAVIGATION, PHONE, PROGRAM, Headers, answering, ask, make_context

pytestmark = pytest.mark.anyio

INJECTED = "injected"
ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Case:
    """One response of an app to one request, and the verdict on it."""

    number: int
    reason: str
    verdict: str
    request: Headers = field(default_factory=lambda: NAVIGATION)
    method: str = "GET"
    status: int = 200
    headers: Headers = field(default_factory=lambda: HTML_UTF8)
    body: bytes = DOCUMENT
    iframes: bool = False

    def __str__(self) -> str:
        return f"{self.number}: {self.reason}"


def skipped(reason: str) -> str:
    return f"skipped; reason={reason}"


def typed(content_type: bytes, *more: tuple[bytes, bytes]) -> Headers:
    return [(b"content-type", content_type), *more]


def html(*more: tuple[bytes, bytes]) -> Headers:
    return [*HTML_UTF8, *more]


def asking(base: Headers, *more: tuple[bytes, bytes]) -> Headers:
    names = {name for name, _ in more}
    return [*(f for f in base if f[0] not in names), *more]


CASES = [
    Case(1, "HTML with parameters and capitals", INJECTED, headers=typed(b"Text/HTML;Charset=UTF-8")),
    Case(1, "HTML without a charset", INJECTED, headers=typed(b"text/html")),
    Case(1, "JSON that quotes a document", skipped("content-type"), headers=typed(b"application/json")),
    Case(1, "a PDF, whatever its bytes", skipped("content-type"), headers=typed(b"application/pdf")),
    Case(1, "a type that only begins like HTML", skipped("content-type"), headers=typed(b"text/html-sandboxed")),
    Case(1, "plain text that is a document", skipped("content-type"), headers=typed(b"text/plain")),
    Case(1, "no type at all", skipped("content-type"), headers=[]),
    Case(2, "header names as frameworks spell them", INJECTED, headers=[(b"Content-Type", b"text/html")]),
    Case(
        3, "a download", skipped("attachment"), headers=html((b"content-disposition", b'attachment; filename="a.html"'))
    ),
    Case(
        3,
        "a disposition nobody knows is a download",
        skipped("attachment"),
        headers=html((b"content-disposition", b"X")),
    ),
    Case(
        3,
        "shown in place, with a name for saving",
        INJECTED,
        headers=html((b"content-disposition", b"inline; filename=a")),
    ),
    Case(
        4,
        "HEAD has no body to add to",
        skipped("method"),
        method="HEAD",
        body=b"",
        headers=html((b"content-length", b"9")),
    ),
    Case(5, "204", skipped("status"), status=204, body=b""),
    Case(5, "205", skipped("status"), status=205, body=b""),
    Case(5, "304", skipped("status"), status=304, body=b""),
    Case(5, "part of a document", skipped("status"), status=206, headers=html((b"content-range", b"bytes 0-9/99"))),
    Case(6, "a redirect with a page nobody sees", skipped("status"), status=302, headers=html((b"location", b"/"))),
    Case(6, "308", skipped("status"), status=308, headers=html((b"location", b"/"))),
    Case(5, "a status that only ever informs", skipped("status"), status=199, body=b""),
    *[Case(7, f"a {s} page heals itself", INJECTED, status=s) for s in (400, 403, 404, 418, 422, 500, 503)],
    Case(8, "a form rendered again", INJECTED, method="POST"),
    *[Case(8, f"{m} is no page", skipped("method"), method=m) for m in ("PUT", "PATCH", "DELETE", "OPTIONS")],
    Case(
        9, "a frame is not the page", skipped("fetch-dest"), request=asking(NAVIGATION, (b"sec-fetch-dest", b"iframe"))
    ),
    Case(
        9, "a frame, if asked for", INJECTED, request=asking(NAVIGATION, (b"sec-fetch-dest", b"iframe")), iframes=True
    ),
    Case(9, "a frameset's frame", skipped("fetch-dest"), request=asking(NAVIGATION, (b"sec-fetch-dest", b"frame"))),
    Case(9, "embed", skipped("fetch-dest"), request=asking(NAVIGATION, (b"sec-fetch-dest", b"embed")), iframes=True),
    Case(9, "object", skipped("fetch-dest"), request=asking(NAVIGATION, (b"sec-fetch-dest", b"object"))),
    Case(9, "a phone on plain http says nothing", INJECTED, request=PHONE),
    Case(9, "a service worker asks for the page", INJECTED, request=FETCH),
    Case(9, "a script asks for a part", skipped("fragment"), request=FETCH, body=b"<title>t</title><p>part"),
    *[
        Case(10, f"{name} asks for a fragment", skipped("fragment-request"), request=asking(base, (header, value)))
        for base in (FETCH, PHONE)
        for name, header, value in (
            ("htmx", b"hx-request", b"true"),
            ("Turbo", b"turbo-frame", b"messages"),
            ("a Turbo visit", b"x-turbo-request-id", b"0b1d"),
            ("a Turbo stream", b"accept", b"text/vnd.turbo-stream.html, text/html"),
            ("Datastar", b"datastar-request", b"true"),
            ("jQuery", b"x-requested-with", b"XMLHttpRequest"),
            ("PJAX", b"x-pjax", b"true"),
            ("Unpoly", b"x-up-version", b"3.9"),
            ("Inertia", b"x-inertia", b"true"),
            ("Alpine", b"x-alpine-request", b"true"),
        )
    ],
    *[
        Case(
            10,
            f"htmx asks for a whole page: {name.decode()}",
            INJECTED,
            request=asking(FETCH, (b"hx-request", b"true"), (name, value)),
        )
        for name, value in (
            (b"hx-boosted", b"true"),
            (b"hx-history-restore-request", b"true"),
            (b"hx-request-type", b"full"),
        )
    ],
    Case(
        10, "a WebView names its app", INJECTED, request=asking(NAVIGATION, (b"x-requested-with", b"com.example.app"))
    ),
    Case(11, "a fragment without any header to tell", skipped("fragment"), body=b"<div>part</div>"),
    Case(11, "rows of a table", skipped("fragment"), body=b"\n<tr><td>1</td></tr>"),
    Case(11, "a document without html, head and body", INJECTED, body=b"<!doctype html><title>t</title><p>x"),
    Case(11, "a document of no doctype", INJECTED, body=b"<html><p>x"),
    Case(11, "a document that begins with its title", INJECTED, body=b"<title>t</title><p>x"),
    Case(11, "a document that begins with its body", INJECTED, body=b"<body>x"),
    Case(12, "the app says no", "off", headers=html((b"x-asgi-reload", b"off"))),
    Case(
        13, "a middleware further in was here", INJECTED, headers=html((b"x-asgi-reload", b"injected")), body=DOCUMENT
    ),
    Case(15, "tags in a comment", INJECTED, body=b"<!-- <head></body> --><!doctype html><p></body>"),
    Case(
        15,
        "tags in strings, styles, titles, attributes",
        INJECTED,
        body=DOCUMENT + b"<script>'</body>'</script><p a='</body>'>",
    ),
    Case(
        16,
        "capitals, white space, attributes",
        INJECTED,
        body=b"<!DOCTYPE HTML><HTML\nLANG=en\n><HEAD\t><TITLE>t</TITLE></BODY >",
    ),
    Case(16, "several heads and bodies", INJECTED, body=b"<html><head><head><body><head><body></body></body>"),
    Case(18, "an import map may follow", INJECTED, body=b"<!doctype html><head><script type=importmap>{}</script>"),
    Case(20, "no end tag anywhere", INJECTED, body=b"<!doctype html><p>a<p>b"),
    Case(21, "XHTML is another language", skipped("content-type"), headers=typed(b"application/xhtml+xml")),
    Case(
        21,
        "a drawing",
        skipped("content-type"),
        headers=typed(b"image/svg+xml", (b"cache-control", b"max-age=9")),
        body=b"<svg/>",
    ),
    *[
        Case(24, f"{charset} has ASCII in it", INJECTED, headers=typed(f"text/html; charset={charset}".encode()))
        for charset in (
            "utf-8",
            '"UTF-8"',
            "iso-8859-1",
            "windows-1252",
            "gbk",
            "gb18030",
            "shift_jis",
            "euc-jp",
            "big5",
            "koi8-r",
        )
    ],
    *[
        Case(24, f"{charset} has not", skipped("charset"), headers=typed(f"text/html; charset={charset}".encode()))
        for charset in (
            "utf-16",
            "UTF-16LE",
            "utf-32",
            "utf-7",
            "iso-2022-jp",
            "ISO-2022-KR",
            "hz-gb-2312",
            "cp037",
            "IBM500",
            "ucs-2",
        )
    ],
    Case(
        24,
        "UTF-16 that only its mark tells",
        skipped("fragment"),
        body=DOCUMENT.decode().encode("utf-16"),
        headers=typed(b"text/html"),
    ),
    Case(25, "a byte order mark", INJECTED, body=b"\xef\xbb\xbf" + DOCUMENT),
    Case(27, "gzip", INJECTED, headers=html((b"content-encoding", b"gzip")), body=gzip.compress(DOCUMENT)),
    Case(
        27,
        "gzip by its old name",
        INJECTED,
        headers=html((b"content-encoding", b"x-gzip")),
        body=gzip.compress(DOCUMENT),
    ),
    Case(27, "deflate", INJECTED, headers=html((b"content-encoding", b"deflate")), body=zlib.compress(DOCUMENT)),
    Case(27, "identity", INJECTED, headers=html((b"content-encoding", b"identity"))),
    Case(
        27,
        "brotli, unasked",
        skipped("content-encoding"),
        headers=html((b"content-encoding", b"br")),
        body=brotli.compress(DOCUMENT),
    ),
    Case(27, "two codings", skipped("content-encoding"), headers=html((b"content-encoding", b"gzip, br"))),
    Case(
        27,
        "two codings in two headers",
        skipped("content-encoding"),
        headers=html((b"content-encoding", b"gzip"), (b"content-encoding", b"gzip")),
    ),
    Case(
        27,
        "gzip that is none",
        skipped("content-encoding"),
        headers=html((b"content-encoding", b"gzip")),
        body=b"no gzip",
    ),
    Case(
        29, "server-sent events", skipped("content-type"), headers=typed(b"text/event-stream"), body=b"data: <html>\n\n"
    ),
    Case(29, "lines of JSON", skipped("content-type"), headers=typed(b"application/x-ndjson"), body=b"{}\n"),
    Case(29, "parts", skipped("content-type"), headers=typed(b"multipart/x-mixed-replace; boundary=b")),
    Case(33, "no policy", INJECTED),
    Case(33, "'self'", INJECTED, headers=html((b"content-security-policy", b"default-src 'self'"))),
    Case(33, "a nonce", INJECTED, headers=html((b"content-security-policy", b"script-src 'nonce-abc'"))),
    Case(33, "neither", skipped("csp"), headers=html((b"content-security-policy", b"script-src https://cdn.example"))),
    Case(
        33,
        "'strict-dynamic' makes 'self' void",
        skipped("csp"),
        headers=html((b"content-security-policy", b"script-src 'self' 'strict-dynamic'")),
    ),
    Case(33, "hashes only", skipped("csp"), headers=html((b"content-security-policy", b"script-src 'sha256-abc='"))),
    Case(
        33,
        "one of two policies says no",
        skipped("csp"),
        headers=html(
            (b"content-security-policy", b"script-src 'self'"), (b"content-security-policy", b"script-src 'none'")
        ),
    ),
    Case(
        33,
        "reporting stops nothing",
        INJECTED,
        headers=html((b"content-security-policy-report-only", b"default-src 'none'")),
    ),
    Case(
        34,
        "no way back to us",
        skipped("csp"),
        headers=html((b"content-security-policy", b"default-src 'none'; script-src 'self'")),
    ),
    Case(
        34,
        "a sandbox without scripts",
        skipped("csp"),
        headers=html((b"content-security-policy", b"sandbox allow-forms")),
    ),
    Case(46, "prefetched", INJECTED, request=asking(NAVIGATION, (b"sec-purpose", b"prefetch;prerender"))),
    Case(47, "a mailer or a PDF maker", skipped("accept"), request=PROGRAM),
    Case(47, "a client that says nothing of itself", skipped("accept"), request=[(b"host", b"localhost")]),
]

# A case that other tests show, because more than a verdict is to be seen, or because the browser decides.
ELSEWHERE = {
    14: "tests/html/test_injection.py",  # mounts and root paths: in the tag's addresses
    17: "tests/html/test_injector.py",  # the place, and the declaration in the first 1,024 bytes
    19: "asgi_reload/client/boot.js",  # removes its own tag
    22: "tests/html/test_injector.py",  # any split gives the same bytes
    23: "tests/html/test_injector.py",
    26: "tests/html/test_injection.py",  # Content-Length
    28: "tests/html/test_injection.py",  # trailers, pathsend, zerocopysend
    30: "tests/html/test_injection.py",  # validators
    31: "tests/html/test_injection.py",  # digests
    32: "tests/html/test_injection.py",  # pushes and hints stay in order
    35: "tests/browser",  # Trusted Types
    36: "tests/channel",  # our own endpoints' headers
    37: "tests/browser",  # integrity of a swapped sheet
    38: "tests/browser",  # sandboxed frames
    39: "tests/browser",  # service workers
    40: "tests/browser",  # back/forward cache
    41: "tests/browser",  # six connections
    42: "tests/browser",  # an event source that gives up
    43: "tests/browser",  # pages that came from POST
    44: "tests/browser",  # scroll
    45: "tests/browser",  # network idle
    48: "tests/browser",  # a good guest in the page
    49: "tests/browser",  # reload when the server listens
    50: "tests/watching",  # truncate, then write
    51: "tests/watching",  # bursts
    52: "tests/test_reloader.py",  # files written by serving a request
    53: "tests/browser",  # order of stylesheets
    54: "tests/test_servers.py",  # open streams and shutdown
}


def test_every_number_is_shown_somewhere() -> None:
    shown = {case.number for case in CASES} | set(ELSEWHERE)

    assert shown == set(range(1, 55))


@pytest.mark.parametrize("place", sorted(set(ELSEWHERE.values())))
def test_elsewhere_exists(place: str) -> None:
    assert (ROOT / place).exists()


@pytest.mark.parametrize("chunked", [False, True], ids=["whole", "byte by byte"])
@pytest.mark.parametrize("case", CASES, ids=str)
async def test_the_case(case: Case, chunked: bool) -> None:
    chunks = [case.body[i : i + 1] for i in range(len(case.body))] if chunked else [case.body]
    app = answering(*chunks, status=case.status, headers=case.headers, trailing=chunked)
    context = make_context(iframes=case.iframes)

    answer = await ask(app, case.request, context=context, method=case.method)

    assert answer.verdict == case.verdict
    assert answer.status == case.status

    if case.number == 13 or case.verdict != INJECTED:
        assert answer.body == case.body
        assert [f for f in answer.headers if f[0] != b"x-asgi-reload"] == [
            (name.lower(), value) for name, value in case.headers if name.lower() != b"x-asgi-reload"
        ]
    else:
        assert answer.document == as_written(case)
        assert answer.header("cache-control") == "no-cache"
        assert answer.header("content-encoding") is None


def as_written(case: Case) -> bytes:
    match dict(case.headers).get(b"content-encoding"):
        case b"gzip" | b"x-gzip":
            return gzip.decompress(case.body)
        case b"deflate":
            return zlib.decompress(case.body)
        case _:
            return case.body
