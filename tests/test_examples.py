"""Every example under real uvicorn: its page is served and instrumented, and a save arrives. Each is short."""

from __future__ import annotations

import shutil
from html.parser import HTMLParser
from pathlib import Path

import httpx
import pytest

from .pages import HTML, config_of, listening, visit
from .servers import serving

EXAMPLES = Path(__file__).parent.parent / "examples"
LONGEST = 60
# What to save in each, and what the page is told to do about it.
SAVES = {
    "bare_asgi": [("page.html", "patch"), ("style.css", "css")],
    "datastar": [("templates/clock.html", "patch")],
    "fastapi": [("templates/weather.html", "patch")],
    "htmx": [("templates/ticket.html", "patch")],
    "settings_debug": [("page.html", "patch")],
    "settings_pydantic": [("page.html", "patch")],
    "settings_starlette_config": [("page.html", "patch")],
    "starlette_jinja": [("templates/shelf.html", "patch"), ("static/shelf.css", "css")],
    "tour": [
        ("static/accent.css", "css"),
        ("static/lamp.svg", "images"),
        ("templates/letter.html", "patch"),
        ("content/packing.txt", "patch"),
        ("static/pace.js", "reload"),
        ("main.py", "patch"),
    ],
}
ENVIRONMENT = {"settings_debug": {"DEBUG": "1"}}
OFF = {
    "settings_debug": {"DEBUG": "0"},
    "settings_pydantic": {"SHOP_DEBUG": "0"},
    "settings_starlette_config": {"DEBUG": "0"},
}


def copied(name: str, tmp_path: Path) -> Path:
    return shutil.copytree(EXAMPLES / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))


def test_every_example_is_here() -> None:
    assert {path.parent.name for path in EXAMPLES.glob("*/main.py")} == set(SAVES)


@pytest.mark.parametrize("name", SAVES)
def test_an_example_is_short(name: str) -> None:
    assert len((EXAMPLES / name / "main.py").read_text().splitlines()) <= LONGEST


@pytest.mark.parametrize("name", SAVES)
def test_a_save_arrives(name: str, tmp_path: Path) -> None:
    folder = copied(name, tmp_path)

    with serving(folder, env=ENVIRONMENT.get(name)) as server, listening(server.url, transport="ws") as page:
        page.next("hello")

        for file, expected in SAVES[name]:
            with (folder / file).open("a") as text:
                text.write("\nADDED = 1\n" if file == "main.py" else "\n")
            (step,) = page.next("update")["steps"]
            assert (step["type"], step["paths"]) == (expected, [file])


@pytest.mark.parametrize("name", OFF)
def test_settings_switch_it_off(name: str, tmp_path: Path) -> None:
    with serving(copied(name, tmp_path), env=OFF[name]) as server:
        page = visit(server.url)

    assert page.status_code == 200
    assert "data-asgi-reload" not in page.text
    assert "x-asgi-reload" not in page.headers


def test_a_missing_page_follows_saves_too(tmp_path: Path) -> None:
    with serving(copied("bare_asgi", tmp_path)) as server:
        missing = visit(server.url, "/nowhere")

    assert missing.status_code == 404
    assert config_of(missing.text)["status"] == "404"


def test_json_beside_a_page_is_left_alone(tmp_path: Path) -> None:
    with serving(copied("fastapi", tmp_path)) as server:
        answer = visit(server.url, "/api/cities")

    assert answer.json() == {"Oslo": 4, "Lisbon": 19, "Hanoi": 31}


def test_a_fragment_for_htmx_is_left_alone(tmp_path: Path) -> None:
    with serving(copied("htmx", tmp_path)) as server:
        fragment = httpx.get(f"{server.url}/ticket", headers={**HTML, "hx-request": "true"})

    assert fragment.text == "<li>Ticket number 1</li>"


class _Stops(HTMLParser):
    """The edits that the tour's page asks for: file, line, what stands there."""

    def __init__(self) -> None:
        super().__init__()
        self.edits: list[tuple[str, int, str]] = []
        self._file = ""
        self._line = 0
        self._is_before = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self._file = values.get("data-file") or self._file
        self._line = int(values.get("data-line") or self._line)
        self._is_before = values.get("class") == "before"

    def handle_data(self, data: str) -> None:
        if self._is_before:
            self.edits.append((self._file, self._line, data))
            self._is_before = False


def test_the_tour_names_lines_that_exist(tmp_path: Path) -> None:
    with serving(copied("tour", tmp_path)) as server:
        stops = _Stops()
        stops.feed(visit(server.url).text)

    assert len(stops.edits) == 8
    for file, line, before in stops.edits:
        assert (EXAMPLES / "tour" / file).read_text().splitlines()[line - 1] == before


def test_the_tour_thanks_for_a_signature(tmp_path: Path) -> None:
    with serving(copied("tour", tmp_path)) as server:
        answer = httpx.post(f"{server.url}/guestbook", data={"name": "Ada"}, headers=HTML)

    assert "Thank you, Ada." in answer.text
    assert config_of(answer.text)["method"] == "POST"
