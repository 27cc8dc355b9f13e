"""Pages that run Datastar: their own URL, rendered anew for them, in Datastar's wire format."""

from __future__ import annotations

import logging
import re
import sys
from typing import TYPE_CHECKING, Any

import anyio
import anyio.lowlevel
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Mount, Route

from asgi_reload import updates
from asgi_reload.datastar import page_scope, patch_event

from .kit import OLD_TOKEN, TOKEN, Site, ask, connected, http, with_token

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.types import Message, Scope

    from .kit import Line

pytestmark = pytest.mark.anyio

PATCH = (updates.Patch(("a.html",), "a.html changed"),)
CSS = (updates.Css(("a.css",)),)


class Shop:
    """An app whose page a test edits, and that remembers how it was asked."""

    def __init__(self) -> None:
        self.html = "<!doctype html><html><body>one</body></html>"
        self.asked: list[Request] = []
        routes = [
            Route("/", self.page),
            Route("/moved", lambda request: RedirectResponse("/")),
            Route("/data", lambda request: JSONResponse({})),
            Route("/missing", lambda request: HTMLResponse("<html>gone</html>", 404)),
            Route("/broken", lambda request: HTMLResponse("<html>500</html>", 500)),
            Route("/raises", self.raises),
            Route("/endless", lambda request: StreamingResponse(self.endless(), media_type="text/html")),
        ]
        self.app = Starlette(routes=[*routes, Mount("/sub", routes=routes)])

    async def page(self, request: Request) -> Response:
        self.asked.append(request)
        return HTMLResponse(self.html)

    async def raises(self, request: Request) -> Response:
        raise LookupError("no such template")

    async def endless(self) -> Any:
        while True:
            yield "<p>" * 100_000
            await anyio.lowlevel.checkpoint()


def stream(url: str = "/", seen: str = "boot=boot-1&seq=0", **more: Any) -> Scope:
    headers = with_token({"cookie": "session=1", "accept-language": "fr", **more.pop("headers", {})})
    return http("datastar", headers, query=f"url={url}&{seen}", **more)


async def event(line: Line) -> list[str]:
    """The next event that Datastar would act on, by its lines."""
    while True:
        lines = (await line.chunk()).decode().removesuffix("\n\n").split("\n")
        if not lines[0].startswith(":"):
            return lines


async def test_a_patch_streams_the_page_as_it_now_is() -> None:
    shop = Shop()
    site = Site(app=shop.app)

    async with connected(site, stream()) as line:
        await line.chunk()  # it is there
        shop.html = "<!doctype html>\n<html><body>two</body></html>"
        site.channel.publish(PATCH)
        assert await event(line) == [
            "event: datastar-patch-elements",
            "id: 1",
            "data: selector html",
            "data: elements <!doctype html>",
            "data: elements <html><body>two</body></html>",
        ]
        assert site.clients == site.hosts == 1

    assert site.clients == site.hosts == 0


async def test_the_page_is_asked_for_as_the_client_would() -> None:
    shop = Shop()
    site = Site(app=shop.app)
    headers = {"if-none-match": "x", "range": "bytes=0-1", "accept-encoding": "gzip", "datastar-request": "true"}

    async with connected(site, stream("/%3Fa=1%26b=2", seen="boot=boot-0&seq=9", headers=headers)) as line:
        await event(line)

    (request,) = shop.asked
    assert (request.method, request.url.path, request.url.query) == ("GET", "/", "a=1&b=2")
    assert (request.cookies, request.headers["accept-language"]) == ({"session": "1"}, "fr")
    assert request.headers["accept"].startswith("text/html")
    assert request.headers["accept-encoding"] == "identity"
    assert request.headers["sec-fetch-dest"] == "document"
    for name in ("if-none-match", "range", "datastar-request", "x-asgi-reload-token"):
        assert name not in request.headers
    assert TOKEN not in str(request.scope)


@pytest.mark.parametrize(
    ("seen", "is_behind"),
    [
        ("boot=boot-1&seq=1", False),
        ("boot=boot-1&seq=0", True),
        ("boot=boot-0&seq=1", True),
        ("", False),
    ],
)
async def test_who_is_behind_is_sent_the_document_at_once(seen: str, is_behind: bool) -> None:
    shop = Shop()
    site = Site(app=shop.app)
    site.channel.publish(PATCH)

    async with connected(site, stream(seen=seen)) as line:
        first = await line.chunk()
        assert first.startswith(b"event: datastar-patch-elements\nid: 1\n") is is_behind

    assert len(shop.asked) == is_behind


async def test_a_client_of_datastar_comes_back_with_its_last_event() -> None:
    shop = Shop()
    site = Site(app=shop.app)
    site.channel.publish(PATCH)

    async with connected(site, stream(headers={"last-event-id": "1"})) as line:
        assert (await line.chunk()).startswith(b":")

    assert shop.asked == []


async def test_a_client_that_was_sent_nothing_yet_can_say_what_it_has() -> None:
    site = Site(app=Shop().app)
    site.channel.publish(PATCH)

    async with connected(site, stream(seen="")) as line:
        assert await line.chunk() == b": still here\nid: 1\n\n"
    site.channel.publish(PATCH)
    async with connected(site, stream(seen="", headers={"last-event-id": "1"})) as line:
        assert (await event(line))[:2] == ["event: datastar-patch-elements", "id: 2"]


async def test_who_has_missed_a_page_that_could_not_be_rendered_does_not_claim_to_have_it() -> None:
    site = Site(app=Shop().app)

    async with connected(site, stream("/broken")) as line:
        assert await line.chunk() == b": still here\nid: 0\n\n"
        site.channel.publish(PATCH)
        assert await line.chunk() == b": still here\n\n"
        site.channel.publish(CSS)
        assert await line.chunk() == b": still here\nid: 0\n\n"


async def test_what_is_no_patch_is_none_of_datastars_business() -> None:
    shop = Shop()
    site = Site(app=shop.app)

    async with connected(site, stream()) as line:
        site.channel.publish(CSS)
        assert [(await line.chunk())[:1] for _ in range(2)] == [b":", b":"]

    assert shop.asked == []


async def test_several_patches_at_once_are_rendered_once() -> None:
    shop = Shop()
    site = Site(app=shop.app)

    async with connected(site, stream()) as line:
        for _ in range(5):
            site.channel.publish(PATCH)
        assert (await event(line))[1] == "id: 5"
        assert [(await line.chunk())[:1] for _ in range(4)] == [b":"] * 4

    assert len(shop.asked) == 1


@pytest.mark.parametrize("url", ["/moved", "/data", "/broken", "/raises", "/endless", "/sub"])
async def test_what_is_no_whole_page_leaves_the_last_good_one(url: str, caplog: pytest.LogCaptureFixture) -> None:
    site = Site(app=Shop().app)

    with caplog.at_level(logging.WARNING, "asgi_reload"):
        async with connected(site, stream(url)) as line:
            await line.chunk()
            site.channel.publish(PATCH)
            assert (await line.chunk()).startswith(b":")

    assert [f"{url} could not be rendered anew" in message for message in caplog.messages] == [True]


async def test_a_page_that_says_404_heals_like_any_other() -> None:
    async with connected(Site(app=Shop().app), stream("/missing", seen="boot=boot-0")) as line:
        assert "data: elements <html>gone</html>" in await event(line)


async def test_a_page_that_takes_for_ever_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("asgi_reload.rendering.RENDER_DEADLINE_S", 0.02)

    async def app(scope: Scope, receive: Any, send: Any) -> None:
        await anyio.sleep_forever()

    site = Site(app=app)
    async with connected(site, stream(seen="boot=boot-0")) as line:
        assert (await line.chunk()).startswith(b":")


@pytest.mark.parametrize(
    "url",
    [
        "",
        "x",
        "//evil.example/",
        "/\\evil.example",
        "https://evil.example/",
        "javascript:alert(1)",
        "/a%0d%0ab\n",
        "/é",
    ],
)
async def test_a_url_that_is_no_path_of_this_app_is_refused(url: str) -> None:
    shop = Shop()
    answer = await ask(Site(app=shop.app), stream(url.replace("%", "%25")))

    assert answer.status == 400
    assert shop.asked == []


@given(st.text(max_size=30) | st.text("/\\.%:a?#", max_size=12))
@settings(deadline=None)
def test_any_url_is_a_get_of_this_app_or_none(url: str) -> None:
    scope = http("datastar", query=f"url={url.encode('utf-8', 'replace').decode()}")
    page = page_scope(scope)

    if page is not None:
        assert page["path"][0] == "/"
        assert page["method"] == "GET"
        assert page["raw_path"].isascii()


async def test_a_mounted_app_renders_below_its_mount() -> None:
    shop = Shop()
    outer = Starlette(routes=[Mount("/sub", app=Site(app=shop.app))])
    scope = {**stream("/sub/", seen="boot=boot-0"), "path": "/sub/__reload__/datastar"}

    async with connected(outer, scope) as line:
        assert "data: elements <!doctype html><html><body>one</body></html>" in await event(line)

    assert (await ask(outer, {**stream("/elsewhere"), "path": "/sub/__reload__/datastar"})).status == 400


async def test_the_root_path_is_told_as_the_server_tells_it() -> None:
    query = {"query_string": b"url=/sub/a"}
    with_root = {**http("/sub/__reload__/datastar", root_path="/sub"), **query}
    without = {**http("/__reload__/datastar", root_path="/sub"), **query}

    assert [(page_scope(scope) or {})["path"] for scope in (with_root, without)] == ["/sub/a", "/a"]


async def test_without_the_extra_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setitem(sys.modules, "datastar_py", None)

    with caplog.at_level(logging.WARNING, "asgi_reload"):
        answer = await ask(Site(), stream())

    assert (answer.status, answer.body) == (501, b"asgi-reload: datastar-py is not installed\n")
    assert "pip install 'asgi-reload[datastar]'" in caplog.text


async def test_a_stale_page_is_told_so_here_too() -> None:
    scope = http("datastar", {"x-asgi-reload-token": OLD_TOKEN}, query="url=/")
    async with connected(Site(), scope) as line:
        assert await line.ends() == [{"type": "stale", "boot": "boot-1"}]


async def test_the_app_cannot_be_held_up_by_a_reader_that_does_not_read() -> None:
    site = Site(app=Shop().app, patience=0.02)

    async with connected(site, stream(seen="boot=boot-0")) as line:
        await site.channel_is_empty()
        with pytest.raises(anyio.EndOfStream):
            await line.chunk()
            await line.chunk()


def test_a_document_without_an_end_tag_is_still_a_document() -> None:
    assert patch_event("<!doctype html><p>a", 1).endswith(b"data: elements <!doctype html><p>a</html>\n\n")


@given(st.text(st.characters(codec=None, categories=None) | st.sampled_from("\r\n\0\x0c\u2028\ud800"), max_size=60))
@settings(deadline=None)
def test_any_document_is_one_event_and_comes_out_as_it_went_in(html: str) -> None:
    raw = patch_event(html, 7).decode()
    lines = re.split("\r\n|\r|\n", raw.removesuffix("\n\n"))
    elements = [line.removeprefix("data: elements ") for line in lines if line[:15] == "data: elements "]

    assert lines[:3] == ["event: datastar-patch-elements", "id: 7", "data: selector html"]
    assert len(elements) == len(lines) - 3
    expected = re.sub("\r\n|\r", "\n", html.replace("\0", "\ufffd")).encode("utf-8", "replace").decode()
    assert "\n".join(elements).removesuffix("</html>") == expected.removesuffix("</html>")


async def test_a_message_of_the_server_is_all_that_ends_the_wait_of_the_app() -> None:
    told: list[Message] = []

    async def app(scope: Scope, receive: Any, send: Any) -> None:
        told.append(await receive())
        await send({"type": "http.response.start", "status": 200, "headers": [(b"Content-Type", b"text/html")]})
        await send({"type": "http.response.body", "body": b"<html></html>"})
        told.append(await receive())

    async with connected(Site(app=app), stream(seen="boot=boot-0")) as line:
        await event(line)

    assert [message["type"] for message in told] == ["http.request", "http.disconnect"]
