"""Our routes: the gate in front of every one of them, what each answers, and what it never does."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import anyio
import pytest
from starlette.middleware.cors import CORSMiddleware

from asgi_reload.access import Access
from asgi_reload.complaints import Complaints
from asgi_reload.page_messages import Ack

from .kit import (
    HOST,
    OLD_TOKEN,
    ORIGIN,
    PAGE,
    SCRIPTS,
    TOKEN,
    Site,
    ask,
    connected,
    events,
    http,
    posted,
    websocket,
    with_token,
)

if TYPE_CHECKING:
    from starlette.types import Scope

pytestmark = pytest.mark.anyio

ROUTES = sorted(Site().endpoints.routes)
ASSETS = [name for name in ROUTES if Site().endpoints.routes[name].access is Access.ASSET]
POSTED = {"messages", "restart", "reload", "pause", "resume"}
SEEN = {"type": "page", "page": "p1", "url": "/", "visible": True}
FORGED: dict[str, Any] = {
    "no token": {},
    "bad token": {"headers": {"x-asgi-reload-token": "bad"}},
    "foreign origin": {"headers": with_token({"origin": "https://evil.example"})},
    "null origin": {"headers": with_token({"origin": "null"})},
    "foreign host": {"headers": with_token(), "host": "evil.example"},
    "cross-site": {"headers": with_token({"sec-fetch-site": "cross-site"})},
    "another machine": {"headers": with_token(), "peer": "192.168.1.7"},
    "behind a proxy": {"headers": with_token({"x-forwarded-for": "127.0.0.1"})},
}


def url(route: str) -> str:
    return "sent/p1" if route == "sent" else route


def forged_socket(route: str, headers: dict[str, str] | None = None, **more: Any) -> Scope:
    given = headers or {}
    return websocket(url(route), {k: v for k, v in given.items() if k != "x-asgi-reload-token"}, token=None, **more)


async def test_there_are_the_routes_that_the_document_names() -> None:
    assert {"boot.js", "events", "ws", "sent", "messages", "datastar", "status", "problems"} <= set(ROUTES)
    assert {"", "ignored", "reload", "restart", "pause", "resume"} <= set(ROUTES)
    assert f"{SCRIPTS.folder}/main.js" in ASSETS


def is_module(route: str) -> bool:
    """A module's path changes with what it says, so it may be kept; nothing else may."""
    return route in ASSETS and "/" in route


def is_open(route: str, forged: str) -> bool:
    """Three doors need no token: scripts carry nothing, status and dashboard are for this machine's own people."""
    is_read = route in ("status", "") and forged == "no token"
    return forged in ("no token", "bad token") and (route in ASSETS or is_read)


@pytest.mark.parametrize("forged", FORGED)
async def test_every_route_turns_the_stranger_away(forged: str) -> None:
    site = Site()
    site.keep("p1", b"<p>secret")

    for route in [route for route in ROUTES if not is_open(route, forged)]:
        for method in ("GET", "HEAD", "POST", "PUT", "OPTIONS"):
            answer = await ask(site, http(url(route), method=method, **FORGED[forged]), posted(SEEN))
            assert answer.status == 403, (method, route)
            assert len(answer.body) <= 64 or forged == "foreign host"

        upgrade = await ask(site, forged_socket(route, **FORGED[forged]))
        assert upgrade.messages == [{"type": "websocket.close", "code": 1008}], route

    assert site.clients == len(site.channel.pages) == site.hosts == site.restarts == len(site.asked) == 0


@pytest.mark.parametrize(("has_workers", "status"), [(True, 202), (False, 409)])
async def test_a_page_may_ask_for_a_new_worker_where_there_are_any(has_workers: bool, status: int) -> None:
    site = Site()
    site.has_workers = has_workers

    assert (await ask(site, http(url("restart"), with_token(), method="POST"))).status == status
    assert site.restarts == 1


@pytest.mark.parametrize(
    ("body", "status", "asked"),
    [
        (b"{}", 202, ["reload None"]),
        (b'{"page": "p1"}', 202, ["reload p1"]),
        (b'{"page": "nobody"}', 404, ["reload nobody"]),
        (b'{"page": ""}', 400, []),
        (b'{"page": 1}', 400, []),
        (b'{"page": "p1", "more": 1}', 400, []),
        (b"[]", 400, []),
        (b"{", 400, []),
        (b"[" * 4000, 400, []),
        (b"[" * 5000, 413, []),
    ],
)
async def test_a_developer_has_a_page_loaded_anew_or_all(body: bytes, status: int, asked: list[str]) -> None:
    site = Site()

    assert (await ask(site, post(route="reload"), body)).status == status
    assert site.asked == asked


async def test_a_developer_lets_saves_wait_and_asks_why_a_file_is_ignored() -> None:
    site = Site()

    for form in ("text/plain", "application/x-www-form-urlencoded"):
        assert (await ask(site, http("pause", with_token({"content-type": form}), method="POST"))).status == 415
    assert site.asked == []
    assert (await ask(site, http("pause", with_token(), method="POST"))).status == 202
    assert (await ask(site, post(route="resume"))).status == 202
    assert site.asked == ["pause", "resume"]
    answer = await ask(site, http("ignored", with_token(), query="path=logs%2Fa.log"))
    assert json.loads(answer.body) == {"path": "logs/a.log", "watched": False, "rule": "*.log"}
    for query in ("", "path=", "path=a%00b", "other=1"):
        assert (await ask(site, http("ignored", with_token(), query=query))).status == 400


@pytest.mark.parametrize("method", ["HEAD", "PUT", "OPTIONS"])
@pytest.mark.parametrize("headers", [with_token(), {}])
@pytest.mark.parametrize("around", [lambda app: app, lambda app: CORSMiddleware(app, allow_origins=["*"])])
async def test_every_answer_has_the_careful_headers_and_no_cors(around: Any, headers: Any, method: str) -> None:
    app = around(Site())

    for route in ROUTES:
        answer = await ask(app, http(url(route), headers, method=method))
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cross-origin-resource-policy"] == "same-origin"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert ("immutable" if is_module(route) and answer.status == 200 else "no-store") in answer.headers[
            "cache-control"
        ]
        assert not [name for name in answer.headers if name.startswith("access-control")]
        assert answer.body == b"" or method != "HEAD"


async def test_an_app_that_allows_all_origins_opens_nothing_of_ours() -> None:
    site = Site(app=CORSMiddleware(Site().app, allow_origins=["*"]))
    preflight = {"origin": "https://evil.example", "access-control-request-method": "GET"}

    answer = await ask(site, http("events", with_token(preflight), method="OPTIONS"))
    assert (answer.status, answer.body) == (403, b"asgi-reload: forbidden\n")
    assert "access-control-allow-origin" not in answer.headers


async def test_a_stranger_learns_nothing_through_cors_around_us() -> None:
    wrapped = CORSMiddleware(Site(), allow_origins=["*"])
    answer = await ask(wrapped, http("events", with_token({"origin": "https://evil.example"})))

    assert (answer.status, answer.body) == (403, b"asgi-reload: forbidden\n")


async def test_a_foreign_host_is_told_the_setting_as_json() -> None:
    answer = await ask(Site(), http("events", with_token(), host="evil.example"))
    assert b'allowed_hosts=["evil.example"]' in answer.body


async def test_a_malformed_host_is_a_bad_request() -> None:
    assert (await ask(Site(), http("events", with_token(), host="a/?x="))).status == 400
    assert (await ask(Site(), http("events", with_token(), host=None))).status == 400


@pytest.mark.parametrize(
    ("path", "root_path", "owned"),
    [
        ("/__reload__/events", "", True),
        ("/sub/__reload__/events", "/sub", True),
        ("/sub/__reload__/events", "/sub/", True),
        ("/__reload__/events", "/sub", True),  # a server that does not put its root path in front
        (f"/__reload__/{SCRIPTS.folder}/merge/../boot.js", "", False),
        ("/__reload__/client/..%2fboot.js", "", False),
        ("/__reload__//events", "", False),
        ("/__reload__/events/", "", False),
        ("/__reload__/events#/../x", "", False),
        ("/__reload__/EVENTS", "", False),
        ("/__reload__/sent", "", False),
        ("/__reload__/sent/", "", False),
        ("/__reload__/sent/a/b", "", False),
        ("/__reload__/sent/p1\n", "", False),
        ("/__reload__/sent/../../etc/passwd", "", False),
        (f"/__reload__/sent/{'a' * 65}", "", False),
        ("/other/__reload__/events", "", False),
        ("/other/__reload__/events", "/sub", False),
        ("/x/__reload__/events/__reload__/events", "", False),
        ("http://evil.example/__reload__/events", "", False),
        ("/__reload__", "", True),
        ("/__reload__/", "", True),
        ("/sub/__reload__", "/sub", True),
        ("/other/__reload__", "", False),
        ("/x__reload__", "", False),
        ("", "", False),
    ],
)
async def test_only_the_literal_routes_are_ours(path: str, root_path: str, owned: bool) -> None:
    scope = http("/", root_path=root_path)
    assert Site().endpoints.owns({**scope, "path": path}) is owned


async def test_what_is_not_ours_is_the_apps() -> None:
    answer = await ask(Site(), http("nothing-of-ours", with_token()))
    assert (answer.status, answer.body) == (200, PAGE.encode())


async def test_other_methods_are_refused() -> None:
    site = Site()

    for route in ROUTES:
        answer = await ask(site, http(url(route), with_token(), method="PUT"))
        allowed = None if route == "ws" else "POST" if route in POSTED else "GET, HEAD"
        assert (answer.status, answer.headers.get("allow")) == (405 if allowed else 426, allowed), route
        assert (await ask(site, http(url(route), with_token(), method="OPTIONS"))).status == 403, route


async def test_a_socket_is_for_the_socket_route_only() -> None:
    for route in ROUTES:
        if route not in ("ws", *ASSETS):
            assert (await ask(Site(), websocket(url(route)))).messages[0]["type"] == "websocket.close"


async def test_scripts_and_styles_carry_nothing_of_the_project() -> None:
    site = Site()

    for route in ASSETS:
        answer = await ask(site, http(route))
        assert answer.status == 200
        if route == "status.schema.json":
            assert json.loads(answer.body)["title"] == "The status of asgi-reload"
            continue
        kind = "css" if route.endswith(".css") else "javascript"
        assert answer.headers["content-type"] == f"text/{kind}; charset=utf-8"
        assert "content-security-policy" not in answer.headers  # a worker would take it for its own
        for secret in (TOKEN, str(Path.cwd()), HOST):
            assert secret.encode() not in answer.body, route


async def test_a_document_comes_back_as_sent_and_cannot_run() -> None:
    site = Site()
    html = "<!doctype html><script>alert(1)</script>é".encode("latin-1")
    site.keep("p1", html, charset="iso-8859-1")
    answer = await ask(site, http("sent/p1", with_token()))

    assert answer.body == html
    assert answer.headers["content-type"] == "text/plain; charset=iso-8859-1"
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert answer.headers["x-frame-options"] == "DENY"
    assert (await ask(site, http("sent/p2", with_token()))).status == 404


async def test_a_charset_is_no_way_into_a_header() -> None:
    site = Site()
    site.keep("p1", b"<p>", charset="utf-8\r\nset-cookie: a=b")
    answer = await ask(site, http("sent/p1", with_token()))

    assert answer.headers["content-type"] == "text/plain; charset=utf-8"


async def test_nothing_of_a_request_stands_in_a_response_header() -> None:
    site = Site()
    marked = with_token(
        {"x-marker": "marker", "referer": "marker", "last-event-id": "marker", "range": "bytes=0-marker"}
    )

    for route in ROUTES:
        answer = await ask(site, http(url(route), marked, method="HEAD", query="marker=marker&page=marker"))
        assert "marker" not in json.dumps(answer.headers)


async def test_status_says_who_is_there_and_no_token() -> None:
    site = Site()

    async with connected(site, websocket(query=f"token={TOKEN}")) as page:
        hello = await page.next("hello")
        await page.say_json(SEEN)
        await anyio.wait_all_tasks_blocked()
        answer = await ask(site, http("status"))

    assert answer.headers["content-type"] == "application/json"
    assert answer.json["channel"]["clients"] == {"ws": 1}
    assert [page["page"] for page in answer.json["channel"]["pages"]] == ["p1"]
    assert TOKEN.encode() not in answer.body
    assert hello["client"].encode() not in answer.body


async def test_a_token_in_a_query_is_masked_before_anybody_logs_it() -> None:
    for scope in (http("boot.js", query=f"token={TOKEN}&a=1"), http("status", query=f"token={TOKEN}&a=1")):
        await ask(Site(), scope)
        assert scope["query_string"] == b"token=***&a=1"


@pytest.mark.parametrize(("route", "name"), [("", "the dashboard"), ("status", "status")])
async def test_the_terminal_says_what_was_refused(route: str, name: str, caplog: pytest.LogCaptureFixture) -> None:
    await ask(Site(), http(route, {"sec-fetch-site": "cross-site"}))

    assert caplog.messages == [f"a request for {name} was refused: another site asks"]


async def test_a_long_query_is_refused() -> None:
    assert (await ask(Site(), http("events", with_token(), query="a" * 2049))).status == 414


# Messages beside a stream.


def post(headers: dict[str, str] | None = None, route: str = "messages", **more: Any) -> Scope:
    own = {"content-type": "application/json", **with_token(), **(headers or {})}
    return http(route, own, method="POST", **more)


async def test_a_page_beside_a_stream_is_heard() -> None:
    site = Site()

    async with connected(site, events()) as line:
        client = (await line.next("hello"))["client"]
        answer = await ask(site, post({"origin": ORIGIN}), posted(SEEN, client))
        assert (answer.status, answer.body) == (204, b"")
        assert [(page.id, page.transport) for page in site.channel.pages] == [("p1", "sse")]

    assert len(site.channel.pages) == 0


async def test_an_ack_reaches_the_record() -> None:
    heard: list[tuple[Ack, str]] = []
    site = Site()
    site.channel.pages._on_ack = lambda ack, url: heard.append((ack, url))
    ack = {"type": "ack", "page": "p1", "seq": 1, "outcome": "applied", "ms": 2, "detail": ""}

    assert (await ask(site, post({"content-type": "application/json; charset=utf-8"}), posted(ack))).status == 204
    assert heard == [(Ack("p1", 1, "applied", 2, ""), "")]


@pytest.mark.parametrize(
    "media_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""]
)
async def test_a_form_of_another_site_could_send_no_message(media_type: str) -> None:
    site = Site()
    assert (await ask(site, post({"content-type": media_type}), posted(SEEN))).status == 415
    assert len(site.channel.pages) == 0


async def test_a_message_has_its_token_in_the_header() -> None:
    scope = http("messages", {"content-type": "application/json"}, method="POST", query=f"token={TOKEN}")
    assert (await ask(Site(), scope, posted(SEEN))).status == 403
    assert (await ask(Site(), post({"x-asgi-reload-token": OLD_TOKEN}), posted(SEEN))).status == 403


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"", 400), (b"{", 400), (b"[]", 400), (posted({"type": "evil"}), 400), (posted(SEEN) + b" " * 4096, 413)],
)
async def test_what_is_no_message_changes_nothing(body: bytes, status: int) -> None:
    site = Site()
    assert (await ask(site, post(), body)).status == status
    assert len(site.channel.pages) == 0


async def test_an_endless_body_is_not_read_to_its_end() -> None:
    site, sent, read = Site(), [], 0

    async def receive() -> dict[str, Any]:
        nonlocal read
        read += 1
        return {"type": "http.request", "body": b"x" * 1024, "more_body": True}

    async def send(message: Any) -> None:
        sent.append(message)

    with anyio.fail_after(5):
        await site(post(), receive, send)

    assert sent[0]["status"] == 413
    assert read <= 5


async def test_a_body_that_does_not_come_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("asgi_reload.desk.BODY_DEADLINE_S", 0.01)
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        await anyio.sleep_forever()
        raise AssertionError

    async def send(message: Any) -> None:
        sent.append(message)

    with anyio.fail_after(5):
        await Site()(post(), receive, send)

    assert sent[0]["status"] == 408


# What people read.


async def test_what_was_refused_is_said_once_and_made_printable(caplog: pytest.LogCaptureFixture) -> None:
    site = Site()
    evil = "a\x1b]0;owned\x07\r\nb\x9b2J"

    with caplog.at_level(logging.WARNING, "asgi_reload"):
        for _ in range(100):
            await ask(site, post(), posted({"type": "gone", "page": 1, evil: evil}))
            await ask(site, http("events", with_token({"origin": evil}), host="evil.example"))

    assert len(caplog.records) == 1
    assert caplog.messages[0].isprintable()


def test_complaints_are_counted_between_two_lines(caplog: pytest.LogCaptureFixture) -> None:
    now = [0.0]
    complain = Complaints(10, clock=lambda: now[0])

    with caplog.at_level(logging.WARNING, "asgi_reload"):
        for _ in range(5):
            complain("a\nb")
        now[0] = 10.0
        complain("c")

    assert caplog.messages == ["a\\nb", "c (and 4 more)"]


HOSTILE = """
import sys, anyio
sys.path.insert(0, {root!r})
from tests.channel.kit import SCRIPTS, Site, ask, http, with_token

site = Site()
touched = []
PATHS = ["boot.js", SCRIPTS.folder + "/main.js", SCRIPTS.folder + "/../boot.js", "client/main.js", "client/../boot.js",
         "client/..%2f..%2fsettings.py", "sent/../../etc/passwd",
         "sent//etc/passwd", "sent/p1", "status", "nothing", "client/%2e%2e/x", "client/\\0", "client/C:\\\\x",
         "file:///etc/passwd", "client/main.js::$DATA", "client/main.js?raw", "events#/../x"]

async def main():
    await ask(site, http("boot.js"))
    on[0] = True
    for path in PATHS:
        await ask(site, http(path, with_token(), query="path=/etc/passwd&import=os&eval=1&url=/etc/passwd"))
    on[0] = False

on = [False]
sys.addaudithook(lambda event, args: on[0] and event in ("open", "import", "exec", "compile", "os.listdir",
                 "subprocess.Popen", "os.system") and touched.append((event, repr(args)[:80])))
anyio.run(main)
print(touched)
"""


def test_no_request_opens_imports_or_runs_anything() -> None:
    root = str(Path(__file__).parents[2])
    script = HOSTILE.format(root=root)
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=30, check=False)

    assert done.stdout.strip() == "[]", done.stderr
