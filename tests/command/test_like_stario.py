"""What `stario watch` does: paths and globs that restart the app, and pages of Datastar that follow."""

from __future__ import annotations

import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from ..cli.terminals import terminal
from ..pages import DEADLINE, HTML, config_of
from ..servers import free_port
from ..sites import make
from .commanded import Commanded, commanded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

FILES = {
    "app/main.py": """
        import os
        from pathlib import Path

        from starlette.applications import Starlette
        from starlette.responses import HTMLResponse, PlainTextResponse
        from starlette.routing import Route

        import texts

        with (Path(__file__).parent.parent / "starts.log").open("a") as log:
            log.write(f"{os.getpid()}\\n")


        async def home(request):
            return HTMLResponse(f"<!doctype html><html><body><p>{texts.WORD}<p>{os.getpid()}</body></html>")


        async def pid(request):
            return PlainTextResponse(str(os.getpid()))


        app = Starlette(routes=[Route("/", home), Route("/pid", pid)])
        """,
    "app/texts.py": "WORD = 'one'\n",
    "templates/deep/base.html": "<p>base",
    "other/alien.css": "p { color: red }",
}
WATCH = ["app", "templates/**/*.html", "content/"]
IGNORE = ["drafts/", "*.md", "app/generated"]
OPTIONS = [f"--watch={entry}" for entry in WATCH] + [f"--watch-ignore={entry}" for entry in IGNORE]
TOLD = {
    "a file in a watched folder": "app/style.css",
    "a new folder in a watched one": "app/parts/menu.txt",
    "what a glob names": "templates/home.html",
    "what a glob names, deeper": "templates/deep/base.html",
    "a folder that did not exist": "content/about.txt",
    "a folder in it": "content/blog/first.txt",
}
NOT_TOLD = {
    "what a glob does not name": "templates/home.txt",
    "a folder that nobody watches": "other/alien.css",
    "an ignored folder that did not exist": "app/drafts/idea.txt",
    "an ignored folder deeper": "app/parts/drafts/idea.txt",
    "an ignored glob": "app/notes.md",
    "an ignored path": "app/generated/api.txt",
    **{f"SQLite's {name}": f"app/{name}" for name in ("shop.db", "shop.db-journal", "shop.sqlite", "shop.sqlite3")},
    **{f"SQLite's {name}": f"app/{name}" for name in ("shop.sqlite3-wal", "shop.sqlite3-shm", "shop.db3")},
}


def save_python(site: Commanded, config: dict[str, str]) -> None:
    site.write("app/texts.py", (site.folder / "app/texts.py").read_text() + "MORE = 1\n")


def ask_over_http(site: Commanded, config: dict[str, str]) -> None:
    answer = site.client.post("/__reload__/restart", headers={"x-asgi-reload-token": config["token"]})
    assert answer.status_code == 202


def hang_up(site: Commanded, config: dict[str, str]) -> None:
    site.server.process.send_signal(signal.SIGHUP)


RESTARTS: dict[str, Callable[[Commanded, dict[str, str]], None]] = {
    "a save of Python": save_python,
    "POST /__reload__/restart": ask_over_http,
    "SIGHUP": hang_up,
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Commanded]:
    folder = make(tmp_path_factory.mktemp("stario") / "site", FILES)
    with commanded(folder, "--app-dir", "app", "--cold", *OPTIONS) as site:
        yield site


def told(site: Commanded) -> set[str]:
    """The last parts of all that was told of."""
    return {change["path"].rpartition("/")[2] for entry in site.status()["timeline"] for change in entry["changes"]}


@pytest.mark.parametrize("name", TOLD.values(), ids=TOLD)
def test_pages_are_told_of(site: Commanded, name: str) -> None:
    site.folder.joinpath(name).parent.mkdir(parents=True, exist_ok=True)

    site.write(name, "saved by hand")

    site.until(lambda: name.rpartition("/")[2] in told(site), f"{name} to be told of")


@pytest.mark.parametrize("name", NOT_TOLD.values(), ids=NOT_TOLD)
def test_nobody_is_told_of(site: Commanded, name: str) -> None:
    sentinel = name.replace("/", "-") + ".txt"
    site.folder.joinpath(name).parent.mkdir(parents=True, exist_ok=True)

    site.write(name, "saved by hand")
    site.write(f"app/{sentinel}", "saved later")

    site.until(lambda: sentinel in told(site), "the next save")
    assert name.rpartition("/")[2] not in told(site)


def test_an_app_that_does_not_start_is_not_tried_again_before_the_next_change(tmp_path: Path) -> None:
    broken = {**FILES, "app/texts.py": "raise RuntimeError('no words')\n"}
    broken["app/main.py"] = (
        FILES["app/main.py"]
        .replace("import texts\n", "")
        .replace("async def home", "import texts\n\n\n        async def home", 1)
    )

    with commanded(make(tmp_path / "site", broken), "--app-dir", "app", "--cold", *OPTIONS, waits=False) as site:
        site.says("RuntimeError: no words")
        assert [site.client.get("/pid").status_code for _ in range(3)] == [500, 500, 500]
        site.write("app/style.css", "p { color: blue }")
        site.until(lambda: "style.css" in told(site), "a change that is no cure")
        assert len((site.folder / "starts.log").read_text().split()) == 1

        site.write("app/texts.py", "WORD = 'healed'\n")

        site.until(lambda: "healed" in site.page().text, "the app to start")
        assert len((site.folder / "starts.log").read_text().split()) == 2


@contextmanager
def datastar(client: httpx.Client, **more: Any) -> Iterator[Iterator[dict[str, str]]]:
    """The events that a page gets which speaks Datastar, each as its fields; lines of data are joined."""
    with client.stream("GET", "/__reload__/datastar", timeout=DEADLINE, **more) as answer:
        assert answer.status_code == 200
        yield events(answer)


def events(answer: httpx.Response) -> Iterator[dict[str, str]]:
    fields: dict[str, str] = {}
    for line in answer.iter_lines():
        name, _, value = line.partition(": ")
        if line:
            fields[name] = f"{fields[name]}\n{value}" if name in fields else value
        else:
            yield fields
            fields = {}


def document(event: dict[str, str]) -> str:
    """What Datastar would make of the page: an outer patch, which is its default, of all of it."""
    assert event["event"] == "datastar-patch-elements"
    selector, _, elements = event["data"].partition("\n")
    assert selector == "selector html"
    return "\n".join(line.removeprefix("elements ") for line in elements.split("\n"))


@pytest.mark.parametrize("way", RESTARTS)
def test_after_a_restart_the_next_datastar_connection_gets_the_whole_document(site: Commanded, way: str) -> None:
    config, pid = config_of(site.page().text), site.get("/pid")
    query = {"url": "/", **{name: config[name] for name in ("boot", "seq", "token")}}

    RESTARTS[way](site, config)
    site.until(lambda: site.get("/pid") != pid, "another worker")

    with datastar(site.client, params=query) as heard:
        html = document(next(event for event in heard if "event" in event))
    assert html == f"<!doctype html><html><body><p>one<p>{site.get('/pid')}</body></html>"


@pytest.mark.parametrize("way", RESTARTS)
def test_an_open_datastar_connection_follows_and_knows_where_it_left_off(site: Commanded, way: str) -> None:
    config, pid = config_of(site.page().text), site.get("/pid")
    query = {"url": "/", "token": config["token"]}

    with datastar(site.client, params=query) as heard:
        before = next(heard)["id"]
        RESTARTS[way](site, config)
        event = next(event for event in heard if "event" in event)
        now = site.until(lambda: (new := site.get("/pid")) != pid and new, "another worker")
        assert f"<p>{now}" in document(event)

    with datastar(site.client, params=query, headers={"last-event-id": event["id"]}) as heard:
        assert "event" not in next(heard)
    with datastar(site.client, params=query, headers={"last-event-id": before}) as heard:
        assert f"<p>{now}" in document(next(heard))


def test_r_on_a_terminal_is_such_a_restart(tmp_path: Path) -> None:
    folder, port = make(tmp_path / "site", FILES), free_port()
    command = ["-m", "asgi_reload", "--app-dir", "app", "--port", str(port)]

    with (
        terminal(folder, command) as screen,
        httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=DEADLINE) as client,
    ):
        screen.until("shows them")
        config = config_of(client.get("/", headers=HTML).text)
        screen.type("r\n")
        screen.until("new worker (asked for)")

        with datastar(
            client, params={"url": "/", **{name: config[name] for name in ("boot", "seq", "token")}}
        ) as heard:
            html = document(next(event for event in heard if "event" in event))
        assert f"<p>{client.get('/pid').text}</body>" in html
