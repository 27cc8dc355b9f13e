"""What Loom has: its configuration in a file, a status endpoint, a bounded buffer of events, and large trees."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import psutil
import pytest

from asgi_reload.timeline import MAX_ENTRIES

from ..pages import config_of, listening
from ..servers import free_port
from ..sites import make
from .commanded import TOLD_BY_A_FILE, Commanded, commanded
from .programs import SHOP

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

CONFIGURATION = """
    [tool.asgi-reload]
    app = "shop.main:app"
    app-dir = "src"
    mode = "cold"
    port = {port}
    env-file = "shop.env"
    access-log = false
    color = true
    watch = ["src", "notes/"]
    ignore = ["*.csv"]
    max-wait = 200
    warm-up = ["colorsys", "not_there"]
    root-path = "/behind"
    """
ENTRY = """
    import os
    import sys

    from starlette.applications import Starlette
    from starlette.responses import HTMLResponse, PlainTextResponse
    from starlette.routing import Route


    async def home(request):
        return HTMLResponse("<!doctype html><title>Shop</title>")


    async def say(request):
        said = {"env": os.environ.get("GREETING"), "pid": os.getpid(), "root": request.scope["root_path"]}
        return PlainTextResponse(str(said[request.path_params["what"]]))


    app = Starlette(routes=[Route("/", home), Route("/say/{what}", say)])
    """
FILES = 10_000
IDLE_PERCENT = 3.0
CONFIGURED = {
    "shop.env": "GREETING=hello\n",
    "src/shop/__init__.py": "",
    "src/shop/main.py": ENTRY,
}


@pytest.fixture(scope="module")
def configured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Commanded]:
    port = free_port()
    files = {**CONFIGURED, "pyproject.toml": CONFIGURATION.format(port=port)}
    folder = make(tmp_path_factory.mktemp("loom") / "site", files)
    with commanded(folder, server=TOLD_BY_A_FILE, port=port) as site:
        yield site


SEEN: dict[str, tuple[Callable[[Commanded], Any], Any]] = {
    "app, app-dir, port": (lambda site: site.page().text.count("<title>Shop</title>"), 1),
    "mode": (lambda site: site.workers["mode"], "cold"),
    "env-file": (lambda site: site.get("/say/env"), "hello"),
    "root-path": (lambda site: site.get("/say/root"), "/behind"),
    "watch": (
        lambda site: sorted(root["path"] for root in site.status()["watch"]["roots"]),
        [".", "notes", "shop.env"],
    ),
    "warm-up": (lambda site: list(site.until(lambda: site.workers["standby"]["failed"])), ["not_there"]),
    "access-log": (lambda site: "GET /" in site.log(), False),
    "color": (lambda site: "\x1b[" in site.log(), True),
}


@pytest.mark.parametrize(("look", "seen"), SEEN.values(), ids=SEEN)
def test_a_file_says_it_all(configured: Commanded, look: Callable[[Commanded], Any], seen: object) -> None:
    assert look(configured) == seen


def test_what_the_file_says_of_watching_is_done(configured: Commanded) -> None:
    pid = configured.get("/say/pid")

    configured.write("src/shop/sales.csv", "ignored")
    configured.write("notes/today.txt", "a folder that was not there")
    configured.until(lambda: configured.status()["timeline"], "the note")
    assert configured.get("/say/pid") == pid
    configured.write("shop.env", "GREETING=good day\n")

    configured.answers("/say/env", "good day")
    told = [change["path"] for entry in configured.status()["timeline"] for change in entry["changes"]]
    assert sorted(told) == ["shop.env", "today.txt"]


def test_the_status_tells_of_workers_watch_and_timeline(tmp_path: Path) -> None:
    with commanded(make(tmp_path / "shop", SHOP), "--no-audit") as site, listening(site.url) as page:
        page.next("hello")
        site.replace("prices.py", "PRICE = 1", "PRICE = 2")
        page.next("update")

        answer = site.client.get("/__reload__/status")
        assert answer.headers["content-type"] == "application/json"
        status = site.until(lambda: (found := site.status())["timeline"] and found)
        (entry,) = status["timeline"]
        assert (status["workers"]["mode"], status["workers"]["current"]) == ("hot", int(site.get("/pid")))
        assert (status["watch"]["running"], status["watch"]["files"], status["watch"]["problem"]) == (True, 2, None)
        assert [root["path"] for root in status["watch"]["roots"]] == ["."]
        assert (entry["changes"], entry["python"]["rung"]) == ([{"path": "prices.py", "kind": "modified"}], "patch")
        assert status["channel"]["clients"] == {"sse": 1}
        assert config_of(site.page().text)["token"] not in answer.text


def test_the_buffer_of_events_is_bounded_and_keeps_the_newest(tmp_path: Path) -> None:
    styles = {f"style-{number}.css": "p { color: red }" for number in range(MAX_ENTRIES + 5)}

    with commanded(make(tmp_path / "shop", {**SHOP, **styles}), "--cold") as site, listening(site.url) as page:
        page.next("hello")
        for name in styles:
            site.write(name, "p { color: blue }")
            page.next("update")

        timeline = site.until(lambda: (found := site.status()["timeline"])[0]["seq"] == MAX_ENTRIES + 5 and found)
        assert [entry["seq"] for entry in timeline] == list(range(MAX_ENTRIES + 5, 5, -1))


def test_ten_thousand_files_cost_nothing_until_one_is_saved(tmp_path: Path) -> None:
    folder = make(tmp_path / "shop", SHOP)
    for number in range(100):
        part = folder / f"data/{number}"
        part.mkdir(parents=True)
        for name in range(FILES // 100):
            (part / (f"{name}.py" if name % 10 == 0 else f"{name}.txt")).write_text(f"WORD = {name}\n")

    with commanded(folder, "--no-audit") as site:
        site.until(lambda: site.status()["watch"]["files"] == FILES + len(SHOP), "all files")
        site.until(lambda: site.workers["standby"]["modules"], "the standby")
        site.until(lambda: busy(site) < IDLE_PERCENT, "everybody to be idle")

        site.replace("prices.py", "PRICE = 1", "PRICE = 2")
        site.answers("/price", "2 coins")

        site.write("data/50/10.py", "WORD = 'new'\n")
        site.replace("prices.py", "PRICE = 2", "from data import PRICE")
        site.write("data/__init__.py", "import importlib\n\nPRICE = importlib.import_module('data.50.10').WORD\n")
        site.answers("/price", "new coins")


def busy(site: Commanded) -> float:
    """The share of a processor that the front and all its processes have used in a second, in percent."""
    before = spent(site)
    began = time.monotonic()
    psutil.cpu_percent(1)
    return (spent(site) - before) / (time.monotonic() - began) * 100


def spent(site: Commanded) -> float:
    times = [process.cpu_times() for process in site.family()]
    return sum(one.user + one.system for one in times)
