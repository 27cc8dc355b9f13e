"""The status: one document for people, editors and scripts, as its schema says; and the command that prints it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator

import asgi_reload

from .command.commanded import commanded
from .command.programs import SHOP
from .pages import listening
from .servers import free_port
from .sites import Site, make, served_by

if TYPE_CHECKING:
    from collections.abc import Iterator

SCHEMA = json.loads((Path(asgi_reload.__file__).parent / "status.schema.json").read_text())
APP = """
    from starlette.applications import Starlette
    from starlette.responses import HTMLResponse
    from starlette.routing import Route

    from asgi_reload import ReloadMiddleware


    async def home(request):
        return HTMLResponse("<!doctype html><title>Shop</title>")


    app = ReloadMiddleware(Starlette(routes=[Route("/", home)]))
    """


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with served_by("uvicorn-httptools", make(tmp_path / "shop", {"main.py": APP, "app.css": "a {}"})) as served:
        yield served


def test_a_status_is_as_its_schema_says(site: Site) -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert site.client.get("/__reload__/status.schema.json").json() == SCHEMA
    with listening(site.url, transport="ws") as page:
        page.say(type="page", url=f"{site.url}/?token=secret", visible=True)
        site.edit("app.css", "a {}", "b {}")
        update = page.next("update")
        page.say(type="ack", seq=update["seq"], outcome="applied", ms=3.5, detail="")
        site.edit("main.py", "async def", "async deaf")
        page.next("problems")
        page.say(type="said", level="error", text="TypeError", place="/a.js:1:1", count=1)
        status = site.status()

    valid(status)
    assert (status["fine"], len(status["problems"]), status["timeline"][0]["python"]["rung"]) == (False, 1, "failed")
    assert status["channel"]["pages"][0]["url"] == f"{site.url}/"
    assert "secret" not in json.dumps(status)


@pytest.mark.parametrize("mode", ["--hot", "--cold"])
def test_the_status_of_a_command_is_too(tmp_path: Path, mode: str) -> None:
    with commanded(make(tmp_path / "shop", SHOP), mode) as shop:
        valid(shop.status())
        shop.edit("prices.py", "PRICE = 1", "PRICE = 2")
        valid(shop.status())


def test_an_app_that_does_not_start_is_not_fine_until_it_does(tmp_path: Path) -> None:
    with commanded(make(tmp_path / "shop", {**SHOP, "prices.py": "PRICE = "}), "--hot", waits=False) as shop:
        shop.until(lambda: not shop.status()["fine"])
        (problem,) = shop.status()["problems"]
        assert (problem["title"], problem["where"]) == ("SyntaxError: invalid syntax", "start")

        shop.write("prices.py", SHOP["prices.py"])
        shop.until(lambda: shop.status()["fine"])


def test_a_page_where_an_update_failed_is_not_fine(site: Site) -> None:
    with listening(site.url, transport="ws") as page:
        page.say(type="page", url=f"{site.url}/", visible=True)
        site.edit("app.css", "a {}", "b {}")
        seq = page.next("update")["seq"]
        page.say(type="ack", seq=seq, outcome="failed", ms=3.5, detail="404")
        site.edit("app.css", "b {}", "c {}")
        page.next("update")
        assert site.status()["fine"] is False

    assert site.status()["fine"] is True


def test_the_command_prints_it_and_says_whether_all_is_well(site: Site) -> None:
    printed = status_of(site.folder, "--port", site.url.rpartition(":")[2])
    assert (printed.returncode, json.loads(printed.stdout)["fine"]) == (0, True)

    site.edit("main.py", "async def", "async deaf")
    printed = status_of(site.folder, site.url)
    assert printed.returncode == 1
    assert json.loads(printed.stdout)["problems"][0]["where"] == "main.py"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["http://127.0.0.1:{port}"], "no status from http://127.0.0.1:{port}/__reload__/status: "),
        (["nonsense"], "'nonsense' is no address of a server; expected one such as http://127.0.0.1:8000"),
        (["file:///etc/passwd"], "'file:///etc/passwd' is no address of a server"),
        (["--port", "much"], "--port='much': expected a port from 0 to 65,535"),
        (["a", "b"], "expected one address"),
    ],
)
def test_where_nobody_answers_one_line_says_so(tmp_path: Path, arguments: list[str], said: str) -> None:
    port = free_port()
    printed = status_of(tmp_path, *(argument.format(port=port) for argument in arguments))

    assert (printed.returncode, printed.stdout, printed.stderr.count("\n")) == (2, "", 1)
    assert said.format(port=port) in printed.stderr


def valid(status: dict[str, Any]) -> None:
    errors = [f"{error.json_path}: {error.message}" for error in Draft202012Validator(SCHEMA).iter_errors(status)]
    assert errors == []


def status_of(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "asgi_reload", "status", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60, check=False)
