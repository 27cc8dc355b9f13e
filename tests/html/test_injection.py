"""The whole way from an app's answer to the wire, with apps as people write them."""

from __future__ import annotations

import gzip
import json
import re
import zlib
from functools import partial
from itertools import count
from typing import TYPE_CHECKING, Any

import anyio
import anyio.lowlevel
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, PlainTextResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from asgi_reload.html.rewrite import MAX_WAITING
from asgi_reload.injection import Injection

from .kit import (
    DOCUMENT,
    FETCH,
    HTML_UTF8,
    NAVIGATION,
    OURS,
    PROGRAM,
    Headers,
    Warnings,
    answering,
    ask,
    make_context,
    make_scope,
)

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.types import Message, Receive, Scope, Send

pytestmark = pytest.mark.anyio

PAGE = DOCUMENT.decode()


def starlette(endpoint: Any, **options: Any) -> Starlette:
    return Starlette(routes=[Route("/", endpoint, methods=["GET", "POST"])], **options)


async def home(request: Request) -> HTMLResponse:
    return HTMLResponse(PAGE)


# What a page gets


async def test_the_tag_tells_the_page_what_it_needs() -> None:
    answer = await ask(starlette(home), method="POST")

    attributes = dict(re.findall(rb'([\w-]+)="([^"]*)"', answer.tag))
    assert attributes.pop(b"data-page").decode() == answer.page
    assert attributes == {
        b"src": b"/__reload__/boot.js",
        b"data-base": b"/__reload__",
        b"data-client": b"/__reload__/client/v1",
        b"data-token": b"t0ken",
        b"data-boot": b"b00t",
        b"data-transport": b"auto",
        b"data-generation": b"3",
        b"data-seq": b"14",
        b"data-status": b"200",
        b"data-method": b"POST",
    }


async def test_a_save_while_the_page_is_rendered_is_not_missed() -> None:
    seq = 7

    async def slow(request: Request) -> HTMLResponse:
        nonlocal seq
        seq = 8
        return HTMLResponse(PAGE)

    answer = await ask(starlette(slow), context=make_context(position=lambda: (1, seq)))

    assert b'data-seq="7"' in answer.tag


async def test_each_page_has_an_id_of_its_own() -> None:
    context = make_context()

    assert len({(await ask(starlette(home), context=context)).page for _ in range(3)}) == 3


async def test_a_mounted_app_gets_addresses_below_its_mount() -> None:
    context = make_context()

    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        await Injection(starlette(home), scope, send, context)(receive)

    answer = await ask(Starlette(routes=[Mount("/sub dir", wrapped)]), path="/sub dir/", root_path="")

    assert b'src="/sub%20dir/__reload__/boot.js"' in answer.tag
    assert answer.verdict == "injected"


async def test_a_root_path_of_a_proxy_is_in_the_addresses() -> None:
    assert b'data-base="/behind/__reload__"' in (await ask(answering(DOCUMENT), root_path="/behind/")).tag


@pytest.mark.parametrize("root", ["//evil.example", '/"><script>', "/\udce9", "/\u00e9\u4e2d"])
async def test_no_root_path_leads_out_of_the_attribute_or_the_origin(root: str) -> None:
    tag = (await ask(answering(DOCUMENT), root_path=root)).tag

    assert re.match(rb'<script src="/[A-Za-z0-9%._~-][^"<>]*/__reload__/boot\.js" data-asgi-reload ', tag)


async def test_length_is_that_of_what_is_sent() -> None:
    for app in (starlette(home), answering(DOCUMENT, headers=[*HTML_UTF8, (b"content-length", b"%d" % len(DOCUMENT))])):
        answer = await ask(app)
        assert answer.values("content-length") == [str(len(answer.body))]


async def test_length_of_a_large_file_is_kept_true(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_bytes(DOCUMENT + b"x" * 300_000)

    async def file(request: Request) -> FileResponse:
        return FileResponse(tmp_path / "page.html")

    answer = await ask(starlette(file))

    assert len(answer.chunks) > 2
    assert answer.values("content-length") == [str(len(answer.body))]
    assert answer.document == DOCUMENT + b"x" * 300_000


@pytest.mark.parametrize("lengths", [[b"x"], [b"5", b"7"], [b"-1"], [b""]])
async def test_a_length_that_is_none_is_not_passed_on(lengths: list[bytes]) -> None:
    headers = [*HTML_UTF8, *((b"Content-Length", length) for length in lengths)]

    assert (await ask(answering(DOCUMENT, b"more", headers=headers))).values("content-length") == []


async def test_a_page_that_the_app_wants_kept_nowhere_is_kept_nowhere() -> None:
    headers = [*HTML_UTF8, (b"Cache-Control", b"private, No-Store")]
    assert (await ask(answering(DOCUMENT, headers=headers))).values("cache-control") == ["no-store"]


async def test_what_the_tag_makes_untrue_is_gone() -> None:
    untrue = [b"ETag", b"Last-Modified", b"Accept-Ranges", b"Content-MD5", b"Digest", b"Content-Digest", b"Expires"]
    untrue += [b"Repr-Digest", b"Signature", b"Signature-Input"]
    headers = [*HTML_UTF8, *((name, b"1") for name in untrue), (b"Cache-Control", b"public, max-age=600")]

    answer = await ask(answering(DOCUMENT, headers=headers))

    assert answer.values("cache-control") == ["no-cache"]
    assert {name for name, _ in answer.headers}.isdisjoint(name.lower() for name in untrue)


async def test_all_other_headers_stay_in_order_and_number() -> None:
    headers: Headers = [
        (b"Set-Cookie", b"a=1"),
        (b"content-type", b"text/html; charset=utf-8"),
        (b"set-cookie", b"b=2"),
        (b"Link", b"</a.css>; rel=preload"),
        (b"vary", b"cookie"),
        (b"set-cookie", b"a=1"),
        (b"content-security-policy", b"default-src 'self'"),
        (b"content-security-policy", b"script-src 'self' 'nonce-r4nd'"),
    ]

    answer = await ask(answering(DOCUMENT, headers=headers))

    assert answer.start["headers"][: len(headers)] == headers
    assert b' nonce="r4nd"' in answer.tag


async def test_the_app_s_own_lists_are_not_touched() -> None:
    headers = [(b"content-type", b"text/html"), (b"etag", b"1")]
    start = {"type": "http.response.start", "status": 200, "headers": headers}

    async def frugal(scope: Scope, receive: Receive, send: Send) -> None:
        await send(start)
        await send({"type": "http.response.body", "body": DOCUMENT})

    asked = make_scope(NAVIGATION)
    before = repr(asked)

    for _ in range(2):
        assert (await ask(frugal)).verdict == "injected"

    await Injection(frugal, asked, _swallow, make_context())(_nothing)
    assert repr(start) == repr({"type": "http.response.start", "status": 200, "headers": headers})
    assert headers == [(b"content-type", b"text/html"), (b"etag", b"1")]
    assert repr(asked) == before


async def _swallow(message: Message) -> None:
    pass


async def _nothing() -> Message:
    return {"type": "http.disconnect"}


async def test_headers_may_be_any_iterable_of_pairs() -> None:
    async def odd(scope: Scope, receive: Receive, send: Send) -> None:
        pairs = ([name, value] for name, value in HTML_UTF8)
        await send({"type": "http.response.start", "status": 200, "headers": pairs})
        await send({"type": "http.response.body", "body": bytearray(DOCUMENT)})

    assert (await ask(odd)).document == DOCUMENT


# What an app is asked


async def seen_by_app(request: Headers, **scope: Any) -> Scope:
    seen: list[Scope] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(scope)
        await PlainTextResponse("ok")(scope, receive, send)

    await ask(app, request, **scope)
    return seen[0]


async def test_a_page_is_asked_for_uncompressed_and_whole() -> None:
    request = [*NAVIGATION, (b"if-none-match", b'"1"'), (b"if-modified-since", b"now"), (b"cookie", b"a=1")]

    headers = dict((await seen_by_app(request))["headers"])

    assert headers.keys().isdisjoint({b"accept-encoding", b"if-none-match", b"if-modified-since"})
    assert headers[b"cookie"] == b"a=1"


@pytest.mark.parametrize("request_headers", [FETCH, PROGRAM, [*FETCH, (b"hx-request", b"true")]])
async def test_any_other_request_reaches_the_app_as_it_is(request_headers: Headers) -> None:
    request = [*request_headers, (b"if-none-match", b'"1"')]
    extensions: dict[str, Any] = {"http.response.pathsend": {}}

    scope = await seen_by_app(request, extensions=extensions)

    assert scope["headers"] == request
    assert scope["extensions"] is extensions


async def test_files_are_not_sent_around_us() -> None:
    extensions: dict[str, Any] = {name: {} for name in ("http.response.pathsend", "http.response.zerocopysend", "tls")}

    assert (await seen_by_app(NAVIGATION, extensions=extensions))["extensions"] == {"tls": {}}
    assert len(extensions) == 3


@pytest.mark.parametrize("kind", ["http.response.pathsend", "http.response.zerocopysend"])
@pytest.mark.parametrize("first", [b"", b"<!doctype html>"])
async def test_a_file_that_is_sent_around_us_anyhow_is_left_alone(kind: str, first: bytes) -> None:
    async def stubborn(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": HTML_UTF8})
        if first:
            await send({"type": "http.response.body", "body": first, "more_body": True})
        await send({"type": kind, "path": "/page.html"})

    answer = await ask(stubborn)

    assert answer.verdict == "skipped; reason=bypass"
    assert answer.body == first
    assert answer.messages[-1] == {"type": kind, "path": "/page.html"}


# Order and time


async def test_other_messages_keep_their_place() -> None:
    async def eager(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.early_hint", "links": [b"</a.css>; rel=preload"]})
        await send({"type": "http.response.debug", "info": {}})
        await send({"type": "http.response.start", "status": 200, "headers": HTML_UTF8, "trailers": True})
        await send({"type": "http.response.push", "path": "/a.css", "headers": []})
        await send({"type": "http.response.body", "body": b"<!doctype html>", "more_body": True})
        await send({"type": "http.response.push", "path": "/b.css", "headers": []})
        await send({"type": "http.response.body", "body": b"<p>", "more_body": True})
        await send({"type": "http.response.push", "path": "/c.css", "headers": []})
        await send({"type": "http.response.body", "body": b"x"})
        await send({"type": "http.response.trailers", "headers": [(b"a", b"1")]})

    answer = await ask(eager)

    assert [m["type"].removeprefix("http.response.") for m in answer.messages] == [
        *("early_hint", "debug", "start", "push", "push", "body", "push", "body", "trailers")
    ]
    assert [m["path"] for m in answer.messages if "push" in m["type"]] == ["/a.css", "/b.css", "/c.css"]
    assert answer.start["trailers"] is True
    assert answer.document == b"<!doctype html><p>x"


async def test_no_more_than_a_few_messages_wait() -> None:
    async def pushing(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": HTML_UTF8})
        for number in range(MAX_WAITING + 5):
            await send({"type": "http.response.push", "path": f"/{number}", "headers": []})
        await send({"type": "http.response.body", "body": DOCUMENT})

    answer = await ask(pushing)

    assert answer.verdict == "skipped; reason=bypass"
    assert [m.get("path") for m in answer.messages[1:-1]] == [f"/{n}" for n in range(MAX_WAITING + 5)]
    assert answer.body == DOCUMENT


@pytest.mark.parametrize("first", [b"<!doctype html><title>x</title><p>1", b"<li>1", b"x"])
@pytest.mark.parametrize("coding", [None, "gzip"])
async def test_a_chunk_is_out_before_the_next_is_made(first: bytes, coding: str | None) -> None:
    squeeze = zlib.compressobj(wbits=31)
    encoded = squeeze.compress(first) + squeeze.flush(zlib.Z_SYNC_FLUSH) if coding else first
    headers = [*HTML_UTF8, *([(b"content-encoding", b"gzip")] if coding else [])]
    out: list[Message] = []

    async def send(message: Message) -> None:
        out.append(message)

    async def streaming(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": encoded, "more_body": True})
        sent = b"".join(message.get("body", b"") for message in out)
        assert OURS.sub(b"", sent) == first or sent == encoded

    await Injection(streaming, make_scope(NAVIGATION), send, make_context())(_nothing)
    assert len(out) == 2


async def test_an_endless_stream_is_read_as_it_is_made() -> None:
    read: list[bytes] = []

    async def clock(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": HTML_UTF8})
        for chunk in ("<!doctype html><html><head>", "<title>clock</title>"):
            await send({"type": "http.response.body", "body": chunk.encode(), "more_body": True})
        for number in count():
            await send({"type": "http.response.body", "body": b"<p>%d" % number, "more_body": True})

    context = make_context()

    with anyio.CancelScope() as gone:

        async def send(message: Message) -> None:
            if message["type"] == "http.response.body":
                read.append(message["body"])
                if len(read) == 30_000:
                    gone.cancel()
                    await anyio.lowlevel.checkpoint()

        await Injection(clock, make_scope(NAVIGATION), send, context)(_nothing)

    assert re.fullmatch(rb"<!doctype html><html><head><script [^>]*></script><title>clock</title>", read[0])
    assert read[1:] == [b"<p>%d" % number for number in range(len(read) - 1)]
    assert len(context.sent) == 0


async def test_chunks_behind_the_prolog_are_the_app_s_own_objects() -> None:
    chunks = [DOCUMENT, b"a" * 1000, b"b" * 1000]

    answer = await ask(answering(*chunks))

    assert [id(chunk) for chunk in answer.chunks[1:]] == [id(chunk) for chunk in chunks[1:]]


async def test_a_tag_in_single_bytes_is_sent_whole() -> None:
    answer = await ask(answering(*(bytes([byte]) for byte in DOCUMENT)))

    assert any(answer.tag in chunk for chunk in answer.chunks)
    assert answer.document == DOCUMENT


async def test_an_app_that_stops_midway_is_seen_to() -> None:
    async def broken(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": HTML_UTF8})
        await send({"type": "http.response.body", "body": b"<!doctype html>", "more_body": True})

    answer = await ask(broken)

    assert answer.body == b"<!doctype html>"
    assert answer.messages[-1]["more_body"] is True
    assert answer.verdict == "skipped; reason=bypass"


async def test_an_app_that_raises_before_its_body_has_not_answered() -> None:
    async def broken(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": HTML_UTF8})
        raise RuntimeError("half way")

    out: list[Message] = []

    async def send(message: Message) -> None:
        out.append(message)

    with pytest.raises(RuntimeError, match="half way"):
        await Injection(broken, make_scope(NAVIGATION), send, make_context())(_nothing)

    assert out == []


# Compression


async def test_an_app_that_compresses_what_it_may_sends_it_plain() -> None:
    big = PAGE + "x" * 5000
    app = starlette(lambda request: HTMLResponse(big), middleware=[Middleware(GZipMiddleware)])

    answer = await ask(app)

    assert answer.header("content-encoding") is None
    assert answer.document == big.encode()


async def test_what_compresses_further_out_compresses_our_pages() -> None:
    context = make_context()

    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        await Injection(answering(DOCUMENT + b"x" * 5000), scope, send, context)(receive)

    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    await GZipMiddleware(wrapped)(make_scope(NAVIGATION), _nothing, send)

    assert (b"content-encoding", b"gzip") in sent[0]["headers"]
    assert b"data-asgi-reload" in gzip.decompress(b"".join(m["body"] for m in sent[1:]))


@settings(max_examples=60, deadline=None)
@given(
    body=st.sampled_from(
        [DOCUMENT, b"<li>1</li>" * 50, b"", b"<!doctype html>" + b"x" * 200_000, b"<!--" + b"y" * 9000]
    ),
    coding=st.sampled_from(["gzip", "deflate", "raw", "members"]),
    cuts=st.lists(st.integers(0, 400), max_size=8),
)
def test_compressed_pages_come_out_right_however_they_are_cut(body: bytes, coding: str, cuts: list[int]) -> None:
    match coding:
        case "gzip":
            encoded = gzip.compress(body)
        case "members":
            encoded = gzip.compress(body[:7]) + gzip.compress(body[7:])
        case "deflate":
            encoded = zlib.compress(body)
        case _:
            squeeze = zlib.compressobj(wbits=-15)
            encoded = squeeze.compress(body) + squeeze.flush()

    edges = [0, *sorted(cut for cut in cuts if cut <= len(encoded)), len(encoded)]
    chunks = [encoded[a:b] for a, b in zip(edges, edges[1:], strict=False)]
    name = b"gzip" if coding in ("gzip", "members") else b"deflate"
    headers = [*HTML_UTF8, (b"content-encoding", name), (b"content-length", b"%d" % len(encoded))]

    answer = anyio.run(partial(ask, answering(*chunks, headers=headers)))

    if answer.verdict == "injected":
        assert answer.document == body
        assert answer.header("content-encoding") is None
        assert answer.values("content-length") in ([], [str(len(answer.body))])
    else:
        assert answer.body == encoded
        assert answer.header("content-encoding") == name.decode()
        assert answer.values("content-length") == [str(len(encoded))]

    assert answer.verdict == ("injected" if body.startswith(b"<!d") else "skipped; reason=fragment")


async def test_a_bomb_comes_out_in_small_pieces() -> None:
    bomb = gzip.compress(DOCUMENT + b"\0" * 20_000_000)
    headers = [*HTML_UTF8, (b"content-encoding", b"gzip")]

    answer = await ask(answering(bomb, headers=headers))

    assert max(map(len, answer.chunks)) < 70_000
    assert len(answer.document) == len(DOCUMENT) + 20_000_000


async def test_compressed_nothing_does_not_pile_up() -> None:
    squeeze = zlib.compressobj(wbits=31)
    begin = squeeze.compress(b"") + squeeze.flush(zlib.Z_FULL_FLUSH)
    empty_block = b"\x00\x00\x00\xff\xff"
    chunks = [begin, *([empty_block] * 8000), squeeze.compress(DOCUMENT) + squeeze.flush()]
    headers = [*HTML_UTF8, (b"content-encoding", b"gzip")]

    answer = await ask(answering(*chunks, headers=headers))

    assert answer.verdict == "skipped; reason=bypass"
    assert gzip.decompress(answer.body) == DOCUMENT


async def test_a_page_that_ends_in_garbage_is_not_passed_off_as_whole() -> None:
    good = gzip.compress(DOCUMENT + b"x" * 100_000, 0)
    headers = [*HTML_UTF8, (b"content-encoding", b"gzip")]

    with pytest.raises(zlib.error):
        await ask(answering(good[:70_000], b"\xff" * 70_000, headers=headers))


async def test_a_coding_that_cannot_be_undone_is_told_once_with_its_remedy() -> None:
    warnings = Warnings()
    app = answering(b"...", headers=[*HTML_UTF8, (b"content-encoding", b"br")])

    for request in (NAVIGATION, FETCH, NAVIGATION):
        await ask(app, request, context=make_context(warnings))

    assert [cause for cause, _ in warnings.said] == ["content-encoding"] * 2
    assert warnings.said[0][1].startswith("skipped /: content-encoding br; it cannot be undone here")
    assert "inside of what compresses" in warnings.said[0][1]


# Who may have the tag


async def test_who_may_not_have_the_tag_gets_the_page_as_it_is() -> None:
    answer = await ask(answering(DOCUMENT), context=make_context(allowed=lambda scope: "the peer; see allowed_peers"))

    assert answer.verdict == 'skipped; reason="the peer; see allowed_peers"'
    assert answer.body == DOCUMENT
    assert answer.header("cache-control") is None


@pytest.mark.parametrize("response", [JSONResponse({}), PlainTextResponse("x"), HTMLResponse("x", 302)])
async def test_nobody_is_judged_but_for_a_page(response: Response) -> None:
    def never(scope: Scope) -> str:
        raise AssertionError("asked")

    await ask(response, context=make_context(allowed=never))
    await ask(HTMLResponse(PAGE), PROGRAM, context=make_context(allowed=never))


async def test_a_policy_that_stops_us_is_told_with_what_to_add() -> None:
    policy = (b"content-security-policy", b"script-src 'strict-dynamic' 'sha256-x='")

    answer = await ask(answering(DOCUMENT, headers=[*HTML_UTF8, policy]))

    assert answer.warnings == [
        (
            "csp",
            "skipped /: csp; its Content-Security-Policy does not let our script work; add 'self' or a nonce"
            " ('nonce-…') to script-src; beside 'strict-dynamic' only a nonce counts",
        )
    ]
    assert policy in answer.headers


async def test_a_nonce_is_in_the_tag_and_nowhere_else() -> None:
    policy = (b"content-security-policy", b"script-src 'nonce-s3cr3t'; connect-src 'self'; sandbox")

    answer = await ask(answering(DOCUMENT, headers=[*HTML_UTF8, policy]))

    assert answer.verdict == "skipped; reason=csp"
    assert "s3cr3t" not in str(answer.warnings)


# Around and within each other


async def test_two_around_one_app_inject_once() -> None:
    inner, outer = make_context(), make_context()

    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        await Injection(starlette(home), scope, send, inner)(receive)

    answer = await ask(wrapped, context=outer)

    assert answer.document == DOCUMENT
    assert (len(inner.sent), len(outer.sent)) == (1, 0)


async def test_the_outer_one_takes_what_the_inner_one_may_not() -> None:
    inner = make_context(allowed=lambda scope: "peer")

    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        await Injection(starlette(home), scope, send, inner)(receive)

    answer = await ask(wrapped)

    assert answer.verdict == "injected"
    assert answer.document == DOCUMENT


async def test_a_verdict_further_in_stands_for_what_is_no_page() -> None:
    failed = JSONResponse({"title": "boom"}, 500, {"x-asgi-reload": "failed"})

    assert (await ask(failed)).values("x-asgi-reload") == ["failed"]


async def pass_on(request: Request, call_next: Any) -> Response:
    response: Response = await call_next(request)
    return response


async def test_around_a_base_http_middleware() -> None:
    app = starlette(home, middleware=[Middleware(BaseHTTPMiddleware, dispatch=pass_on)])

    assert (await ask(app)).document == DOCUMENT


async def test_inside_a_base_http_middleware() -> None:
    context = make_context()

    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        await Injection(starlette(home), scope, send, context)(receive)

    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    await BaseHTTPMiddleware(wrapped, dispatch=pass_on)(make_scope(NAVIGATION), receive, send)

    assert b"data-asgi-reload" in b"".join(m.get("body", b"") for m in sent[1:])


# Static files


@pytest.mark.parametrize("name", ["a.css", "a.js", "a.png", "a.svg", "a.woff2"])
async def test_a_static_file_is_asked_for_again_after_a_reload(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"x")

    answer = await ask(StaticFiles(directory=tmp_path), FETCH, path=f"/{name}")

    assert answer.values("cache-control") == ["no-cache"]
    assert answer.header("etag")
    assert answer.body == b"x"


@pytest.mark.parametrize("own", [(b"Cache-Control", b"max-age=60"), (b"expires", b"Thu, 01 Jan 2032 00:00:00 GMT")])
async def test_an_app_s_own_caching_stays(own: tuple[bytes, bytes]) -> None:
    answer = await ask(answering(b"x", headers=[(b"content-type", b"text/css"), own]))

    assert answer.start["headers"][:2] == [(b"content-type", b"text/css"), own]
    assert len(answer.values("cache-control")) == (own[0] == b"Cache-Control")


@pytest.mark.parametrize("kind", [b"application/json", b"text/plain", b"video/mp4", b"application/octet-stream"])
async def test_other_responses_get_no_caching_of_ours(kind: bytes) -> None:
    assert (await ask(answering(b"x", headers=[(b"content-type", kind)]))).header("cache-control") is None


# Everything that is no document


CHUNKS = st.lists(st.binary(max_size=40), max_size=6)
TYPES = st.sampled_from(
    [b"application/json", b"text/plain", b"image/png", b"text/html", b"TEXT/HTML;charset=utf-16", b"", b"x"]
)


@settings(max_examples=200, deadline=None)
@given(CHUNKS, TYPES, st.sampled_from([NAVIGATION, FETCH, PROGRAM]), st.sampled_from([200, 204, 206, 302, 404, 500]))
def test_what_is_no_document_passes_byte_for_byte(
    chunks: list[bytes], kind: bytes, request: Headers, status: int
) -> None:
    headers = [(b"content-type", kind), (b"x-own", b"1"), (b"etag", b'"1"'), (b"content-length", b"5")]

    answer = anyio.run(partial(ask, answering(*chunks, status=status, headers=headers), request))

    assert answer.body == b"".join(chunks)
    assert answer.start["headers"][:4] == headers
    assert answer.messages[-1].get("more_body", False) is False
    assert (answer.verdict or "").startswith("skipped; reason=")


async def test_large_downloads_pass_as_the_very_same_messages() -> None:
    body = b"x" * 1_000_000

    answer = await ask(answering(body, body, headers=[(b"content-type", b"application/zip")]))

    assert all(chunk is body for chunk in answer.chunks)


# A page that fetches itself anew


def refetch(page: str, *more: tuple[bytes, bytes]) -> Headers:
    return [*FETCH, (b"x-asgi-reload-page", page.encode()), *more]


async def test_a_page_fetches_the_document_as_the_app_wrote_it() -> None:
    context = make_context()
    first = await ask(answering(DOCUMENT), context=context)
    newer = DOCUMENT.replace(b"hello", b"good day")

    answer = await ask(answering(newer), refetch(first.page), context=context)

    assert answer.body == newer
    assert answer.verdict == "skipped; reason=patch"
    assert answer.header("cache-control") == "no-store"
    kept = context.sent.get(first.page)
    assert kept and kept.body == newer


async def test_the_app_is_asked_for_a_refetch_as_for_a_navigation() -> None:
    headers = dict((await seen_by_app(refetch("a-1")))["headers"])

    assert headers[b"sec-fetch-dest"] == b"document"
    assert headers[b"sec-fetch-mode"] == b"navigate"
    assert headers[b"accept"].startswith(b"text/html")
    assert b"accept-encoding" not in headers


@pytest.mark.parametrize(
    "request_headers",
    [
        [(n, b"cross-site" if n == b"sec-fetch-site" else v) for n, v in refetch("a-1")],
        [(n, b"same-site" if n == b"sec-fetch-site" else v) for n, v in refetch("a-1")],
        refetch(""),
        refetch("a" * 65),
        refetch("../../etc"),
    ],
)
async def test_a_request_that_only_says_so_is_no_refetch(request_headers: Headers) -> None:
    assert dict((await seen_by_app(request_headers))["headers"])[b"sec-fetch-dest"] == b"empty"


async def test_a_refetch_by_somebody_else_is_none() -> None:
    context = make_context(allowed=lambda scope: "peer")
    seen: list[Headers] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(scope["headers"])
        await HTMLResponse(PAGE)(scope, receive, send)

    answer = await ask(app, refetch("a-1"), context=context)

    assert answer.verdict == "skipped; reason=peer"
    assert dict(seen[0])[b"sec-fetch-dest"] == b"empty"
    assert len(context.sent) == 0


@pytest.mark.parametrize(
    ("status", "body", "verdict"),
    [(500, DOCUMENT + b"sorry", "patch"), (302, DOCUMENT + b"there", "status"), (200, b"<p>part", "fragment")],
)
async def test_a_refetch_that_brings_no_page_leaves_the_base_alone(status: int, body: bytes, verdict: str) -> None:
    context = make_context()
    first = await ask(answering(DOCUMENT), context=context)

    answer = await ask(answering(body, status=status), refetch(first.page), context=context)

    assert (answer.body, answer.verdict) == (body, f"skipped; reason={verdict}")
    kept = context.sent.get(first.page)
    assert kept and kept.body == DOCUMENT


async def test_a_compressed_refetch_comes_plain() -> None:
    headers = [*HTML_UTF8, (b"content-encoding", b"gzip"), (b"content-length", b"1")]

    answer = await ask(answering(gzip.compress(DOCUMENT), headers=headers), refetch("a-1"))

    assert answer.body == DOCUMENT
    assert answer.values("content-length") in ([], [str(len(DOCUMENT))])


# What is kept


async def test_the_document_is_kept_as_the_app_wrote_it() -> None:
    context = make_context()
    chunks = [DOCUMENT, b"<p>", b"last"]

    answer = await ask(answering(*chunks), context=context)

    kept = context.sent.get(answer.page)
    assert kept
    assert kept.charset == "utf-8"
    assert [id(chunk) for chunk in kept.chunks] == [id(chunk) for chunk in chunks]


async def test_a_document_that_never_ended_is_not_kept() -> None:
    context = make_context()

    async def broken(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": HTML_UTF8})
        await send({"type": "http.response.body", "body": DOCUMENT, "more_body": True})

    await ask(broken, context=context)

    assert len(context.sent) == 0


async def test_fragments_and_other_things_are_not_kept() -> None:
    context = make_context()

    for body in (b"<li>1", b"", json.dumps({}).encode()):
        await ask(answering(body), context=context)

    assert len(context.sent) == 0


# The declaration of the charset


async def test_a_declaration_that_the_tag_pushes_away_moves_to_the_header() -> None:
    late = b"<!doctype html><head><title>" + b"x" * 850 + b"</title><meta charset='Shift_JIS'></head>"

    answer = await ask(answering(late, headers=[(b"content-type", b"text/html")]))

    assert answer.document == late
    assert answer.values("content-type") == ["text/html; charset=shift_jis"]


async def test_a_declaration_that_stays_in_reach_stays_alone() -> None:
    early = b"<!doctype html><head><title>x</title><meta charset='Shift_JIS'></head>"

    answer = await ask(answering(early, headers=[(b"content-type", b"text/html")]))

    assert answer.values("content-type") == ["text/html"]
    kept = answer.context.sent.get(answer.page)
    assert kept and kept.charset == "shift_jis"
