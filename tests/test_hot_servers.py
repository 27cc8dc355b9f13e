"""Edits go live under every server, event loop and kind of app, with a lifespan or without."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest
from websockets.sync.client import connect

from .pages import DEADLINE, listening
from .sites import make, served_by

if TYPE_CHECKING:
    from pathlib import Path

FILES = {
    "main.py": """
        from contextlib import asynccontextmanager

        from asgi_reload import ReloadMiddleware
        from starlette.applications import Starlette
        from starlette.responses import HTMLResponse, PlainTextResponse
        from starlette.routing import Route, WebSocketRoute

        import state
        import texts


        async def home(request):
            return HTMLResponse("<!doctype html><p>" + texts.word())


        def told(request):
            return PlainTextResponse(", ".join(state.log))


        async def talk(socket):
            await socket.accept()
            async for _ in socket.iter_text():
                await socket.send_text(texts.word())


        @asynccontextmanager
        async def lifespan(app):
            state.log.append("start one")
            yield
            state.log.append("stop one")


        routes = [Route("/", home), Route("/told", told), WebSocketRoute("/ws", talk)]
        app = ReloadMiddleware(Starlette(routes=routes, lifespan=lifespan))
        """,
    "state.py": """
        log = []
        """,
    "texts.py": """
        def word():
            return "one"
        """,
}
BARE = {
    "main.py": """
        from asgi_reload import ReloadMiddleware

        import texts


        async def app(scope, receive, send):
            if scope["type"] != "http":
                raise ValueError(f"only HTTP is served, not {scope['type']}")
            headers = [(b"content-type", b"text/html; charset=utf-8")]
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            await send({"type": "http.response.body", "body": b"<!doctype html><p>" + texts.word().encode()})


        app = ReloadMiddleware(app)
        """,
    "texts.py": FILES["texts.py"],
}


@pytest.mark.parametrize("server", ["uvicorn-h11", "hypercorn-asyncio", "hypercorn-trio", "granian"])
def test_an_edit_is_live_state_stays_and_lifespans_take_turns(server: str, tmp_path: Path) -> None:
    with ExitStack() as stack:
        site = stack.enter_context(served_by(server, make(tmp_path / "site", FILES)))
        page = stack.enter_context(listening(site.url))
        socket = stack.enter_context(connect(f"ws{site.url.removeprefix('http')}/ws"))
        page.next("hello")

        site.replace("texts.py", '"one"', '"two"')
        assert [step["type"] for step in page.next("update")["steps"]] == ["patch"]
        assert site.page().text.endswith("<p>two")
        socket.send("?")
        assert socket.recv(DEADLINE) == "two"

        site.replace("texts.py", 'return "two"', "return 1 / 0 if word else (")
        assert [step["type"] for step in page.next("update")["steps"]] == ["failure"]
        assert site.page().text.endswith("<p>two")
        site.write("texts.py", 'print("again")\nWORD = "three"\n\n\ndef word(text=WORD):\n    return text\n')
        assert [step["type"] for step in page.next("update")["steps"]] == ["patch", "recovered"]
        assert site.page().text.endswith("<p>three")

        text = (site.folder / "main.py").read_text()
        site.write("main.py", text.replace("start one", "start two").replace("stop one", "stop two"))
        page.next("update")
        assert site.get("/told") == "start one, stop one, start two"
        site.replace("main.py", 'Route("/", home)', 'Route("/", home), Route("/more", home)')
        page.next("update")
        assert site.client.get("/more").status_code == 200
        socket.close()
        site.until("/told", "start one, stop one, start two, start two, stop two")
        assert site.status()["generation"] == 4


@pytest.mark.parametrize(
    ("server", "extra"), [("uvicorn-httptools", ["--lifespan", "off"]), ("daphne", [])], ids=["lifespan off", "daphne"]
)
def test_without_a_lifespan_edits_are_live_from_the_first_page_on(
    server: str, extra: list[str], tmp_path: Path
) -> None:
    with served_by(server, make(tmp_path / "site", FILES), extra, waits=False) as site:
        assert site.page().text.endswith("<p>one")
        with listening(site.url) as page:
            page.next("hello")
            site.replace("texts.py", '"one"', '"two"')
            assert [step["type"] for step in page.next("update")["steps"]] == ["patch"]
            assert site.page().text.endswith("<p>two")

            site.replace("texts.py", '"two"', '"three"\n\n\nprint("again")')
            page.next("update")
            assert site.page().text.endswith("<p>three")
            site.replace("main.py", 'Route("/", home)', 'Route("/", home), Route("/more", home)')
            page.next("update")
            assert site.client.get("/more").status_code == 200
            assert site.get("/told") == ""


def test_without_a_lifespan_a_save_that_nobody_watched_is_live_when_the_next_page_has_come(tmp_path: Path) -> None:
    with served_by("uvicorn-httptools", make(tmp_path / "site", FILES), ["--lifespan", "off"], waits=False) as site:
        with listening(site.url) as page:
            page.next("hello")
        site.until_nobody_watches()
        site.replace("texts.py", '"one"', '"two"')
        with listening(site.url) as page:
            assert "patch" in [step["type"] for step in page.next("update")["steps"]]
            assert site.page().text.endswith("<p>two")


@pytest.mark.parametrize("server", ["uvicorn-httptools", "hypercorn-trio", "granian", "daphne"])
def test_an_app_that_raises_on_the_lifespan_scope_is_followed_as_well(server: str, tmp_path: Path) -> None:
    with (
        served_by(server, make(tmp_path / "site", BARE), waits=False) as site,
        listening(site.url) as page,
    ):
        page.next("hello")
        site.replace("texts.py", '"one"', '"two"')
        page.next("update")
        assert site.page().text.endswith("<p>two")

        site.replace("main.py", "<!doctype html><p>", "<!doctype html><title></title><p>")
        page.next("update")
        assert site.page().text.endswith("<title></title><p>two")

        site.replace("main.py", "app = ReloadMiddleware(app)", "served = app\napp = ReloadMiddleware(served)")
        page.next("update")
        assert site.page().text.endswith("<title></title><p>two")
        assert site.status()["timeline"][0]["python"]["rung"] == "re-execute"


def test_without_a_lifespan_a_save_before_the_first_page_is_live_when_that_has_come(tmp_path: Path) -> None:
    with served_by("uvicorn-httptools", make(tmp_path / "site", FILES), ["--lifespan", "off"], waits=False) as site:
        site.replace("texts.py", '"one"', '"two"')
        with listening(site.url) as page:
            assert "patch" in [step["type"] for step in page.next("update")["steps"]]
            assert site.page().text.endswith("<p>two")
