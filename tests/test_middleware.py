"""The one line, in every way that people write it; and nothing at all where it is off."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import HTMLResponse, JSONResponse
from starlette.routing import Mount, Route
from starlette.testclient import TestClient

from asgi_reload import ReloadMiddleware
from asgi_reload.errors import SettingError, UnknownSetting

from .pages import HTML, config_of

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.types import ASGIApp, Receive, Scope, Send

LAN = "192.168.1.7"


def client(app: ASGIApp, *, peer: str = "127.0.0.1", host: str = "127.0.0.1:8000", raises: bool = True) -> TestClient:
    """A browser on that machine, that has that host in its address bar."""
    return TestClient(app, base_url=f"http://{host}", client=(peer, 50000), raise_server_exceptions=raises)


def site(**options: Any) -> Starlette:
    async def home(request: Request) -> HTMLResponse:
        return HTMLResponse("<!doctype html><title>home</title><p>hello")

    async def data(request: Request) -> JSONResponse:
        return JSONResponse({"ok": True})

    return Starlette(routes=[Route("/", home), Route("/data", data)], **options)


def on(app: ASGIApp, tmp_path: Path) -> ReloadMiddleware:
    return ReloadMiddleware(app, enabled=True, watch=tmp_path)


def browse(app: ASGIApp, path: str = "/") -> str:
    return client(app).get(path, headers=HTML).text


def test_wrapped_around_an_app(tmp_path: Path) -> None:
    assert config_of(browse(on(site(), tmp_path)))["base"] == "/__reload__"


def test_added_to_an_app(tmp_path: Path) -> None:
    app = site()
    app.add_middleware(ReloadMiddleware, enabled=True, watch=str(tmp_path))

    assert config_of(browse(app))["base"] == "/__reload__"


def test_middleware_further_out_sees_what_the_router_found(tmp_path: Path) -> None:
    found: dict[str, Any] = {}

    def outer(app: ASGIApp) -> ASGIApp:
        async def look(scope: Scope, receive: Receive, send: Send) -> None:
            given = scope.get("headers")
            await app(scope, receive, send)
            found.update(endpoint=scope.get("endpoint"), are_kept=scope.get("headers") is given)

        return look

    app = site()
    app.add_middleware(ReloadMiddleware, enabled=True, watch=str(tmp_path))
    app.add_middleware(outer)
    config_of(browse(app))

    assert found == {"endpoint": app.routes[0].endpoint, "are_kept": True}  # type: ignore[attr-defined]


def test_given_to_an_app_in_a_list(tmp_path: Path) -> None:
    app = site(middleware=[Middleware(ReloadMiddleware, enabled=True, watch=str(tmp_path))])
    assert config_of(browse(app))["base"] == "/__reload__"


def test_around_a_bare_asgi_function(tmp_path: Path) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await HTMLResponse("<!doctype html><p>bare")(scope, receive, send)
        else:
            raise NotImplementedError(scope["type"])

    assert config_of(browse(on(app, tmp_path)))["status"] == "200"


def test_two_around_one_app_inject_once(tmp_path: Path) -> None:
    config_of(browse(on(on(site(), tmp_path), tmp_path)))


def test_around_a_mounted_app_its_routes_lie_below_the_mount(tmp_path: Path) -> None:
    outer = Starlette(routes=[Mount("/sub", app=on(site(), tmp_path))])

    assert config_of(browse(outer, "/sub/"))["base"] == "/sub/__reload__"
    assert "asgiReload" in browse(outer, "/sub/__reload__/boot.js")


def test_around_an_app_that_mounts_another_its_routes_stay_where_they_are(tmp_path: Path) -> None:
    outer = on(Starlette(routes=[Mount("/sub", app=site())]), tmp_path)

    assert config_of(browse(outer, "/sub/"))["base"] == "/__reload__"
    assert "asgiReload" in browse(outer, "/__reload__/boot.js")


def test_the_wrapped_apps_attributes_are_at_hand() -> None:
    app = ReloadMiddleware(site())

    assert len(app.routes) == 2
    with pytest.raises(AttributeError, match="no_such_thing"):
        _ = app.no_such_thing


def test_an_apps_own_suite_gets_the_bare_app() -> None:
    wrapped, bare = ReloadMiddleware(site()), site()

    for path in ("/", "/data", "/__reload__/status"):
        ours = client(wrapped).get(path, headers=HTML)
        theirs = client(bare).get(path, headers=HTML)
        assert (ours.status_code, ours.headers, ours.content) == (theirs.status_code, theirs.headers, theirs.content)


def test_switched_off_it_starts_no_thread_and_opens_nothing() -> None:
    def descriptors() -> int:
        return sum(1 for _ in Path("/proc/self/fd").iterdir())

    with TestClient(site()) as browser:
        browser.get("/")
        threads, open_files = threading.active_count(), descriptors()

    with TestClient(ReloadMiddleware(site(), enabled=False)) as browser:
        browser.get("/")
        assert (threading.active_count(), descriptors()) == (threads, open_files)


@pytest.mark.parametrize("sign", ["ENV", "KUBERNETES_SERVICE_HOST"])
def test_a_sign_of_production_switches_off_with_one_line(
    sign: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    monkeypatch.setenv(sign, "production")

    assert "data-asgi-reload" not in browse(on(site(), tmp_path))
    assert [sign in record.message for record in caplog.records] == [True]

    insistent = ReloadMiddleware(site(), enabled=True, watch=tmp_path, i_know_this_is_not_production=True)
    assert "data-asgi-reload" in browse(insistent)


def test_a_page_for_another_machine_is_left_alone_and_one_line_names_the_setting(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    app = on(site(), tmp_path)

    for _ in range(3):
        answer = client(app, peer=LAN).get("/", headers=HTML)
        assert "data-asgi-reload" not in answer.text

    (line,) = [record.message for record in caplog.records if LAN in record.message]
    assert "allowed_peers" in line

    answer = client(app, host="dev.example").get("/", headers=HTML)
    assert "data-asgi-reload" not in answer.text
    assert any("allowed_hosts" in record.message for record in caplog.records)


def test_json_passes_byte_for_byte(tmp_path: Path) -> None:
    ours = client(on(site(), tmp_path)).get("/data")
    theirs = client(site()).get("/data")

    assert ours.content == theirs.content
    assert ours.headers["x-asgi-reload"] == "skipped; reason=content-type"


def test_the_status_says_what_is_watched(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text("hello")

    with client(on(site(), tmp_path)) as browser:
        status = browser.get("/__reload__/status").json()

    assert status["boot"]
    assert status["generation"] == 0
    assert str(tmp_path) not in str(status)


def test_an_app_goes_on_where_nothing_can_be_watched_and_the_status_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)

    with client(ReloadMiddleware(site(), enabled=True)) as browser:
        assert browser.get("/data").json() == {"ok": True}
        watch = browser.get("/__reload__/status").json()["watch"]
        assert (watch["running"], "your home directory" in watch["problem"]) == (False, True)


def test_an_app_goes_on_without_its_working_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    app = ReloadMiddleware(site(), enabled=True)
    gone.rmdir()

    with client(app) as browser:
        assert config_of(browser.get("/", headers=HTML).text)["status"] == "200"


def test_an_unhandled_exception_shows_a_page_that_follows_the_next_save(tmp_path: Path) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        raise ValueError("boom")

    answer = client(on(app, tmp_path), raises=False).get("/", headers=HTML)

    assert answer.status_code == 500
    assert "ValueError: boom" in answer.text
    assert config_of(answer.text)["status"] == "500"


@pytest.mark.parametrize("accept", ["*/*", "application/json"])
def test_a_scripts_request_for_data_gets_the_apps_own_word_of_a_failure(tmp_path: Path, accept: str) -> None:
    async def fails(request: Request) -> None:
        raise ValueError("boom")

    async def told(request: Request, error: Exception) -> JSONResponse:
        return JSONResponse({"error": str(error)}, 500)

    app = Starlette(routes=[Route("/data", fails)], exception_handlers={Exception: told})
    headers = {"accept": accept, "sec-fetch-dest": "empty", "sec-fetch-mode": "cors", "sec-fetch-site": "same-origin"}
    answer = client(on(app, tmp_path), raises=False).get("/data", headers=headers)

    assert (answer.status_code, answer.json()) == (500, {"error": "boom"})


def test_an_unhandled_exception_is_nobody_elses_business(tmp_path: Path) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        raise ValueError("boom")

    answer = client(on(app, tmp_path), peer=LAN, raises=False).get("/", headers=HTML)

    assert "boom" not in answer.text


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"watch": "no/such/place"}, "watch"),
        ({"watch": "/"}, "watch"),
        ({"watch": "no/such/*.html"}, "watch"),
        ({"strategies": ["css"]}, "strategies"),
    ],
)
def test_bad_input_is_one_clear_error_that_names_the_setting(options: Any, words: str) -> None:
    with pytest.raises(SettingError, match=words):
        ReloadMiddleware(site(), enabled=True, **options)


def test_an_option_that_is_none_is_named() -> None:
    with pytest.raises(UnknownSetting, match="did you mean 'watch'"):
        ReloadMiddleware(site(), wacth="app")  # type: ignore[call-arg]
