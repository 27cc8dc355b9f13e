"""The tour does what it says, edit by edit, served as `make demo` serves it."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from ..servers import serving

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

TOUR = Path(__file__).parent.parent.parent / "examples" / "tour"


class Tour:
    """The tour in a browser, and its files in an editor."""

    def __init__(self, page: Page, folder: Path) -> None:
        self.page = page
        self._folder = folder

    def edit(self, file: str, old: str, new: str) -> None:
        text = (self._folder / file).read_text()
        assert old in text
        (self._folder / file).write_text(text.replace(old, new))

    def stop_says(self, rung: str, verdict: str) -> None:
        expect(self.page.locator(f"#{rung} .verdict")).to_contain_text(verdict)

    def was_loaded(self, times: int) -> None:
        expect(self.page.locator("#loads")).to_have_text(str(times))

    def pill_says(self, text: str) -> None:
        self.page.wait_for_function("text => asgiReload.status().pill.join(' ').includes(text)", arg=text)

    def pill_is_gone(self) -> None:
        self.page.wait_for_function("() => asgiReload.status().pill.length === 0")


@pytest.fixture
def tour(page: Page, tmp_path: Path) -> Iterator[Tour]:
    folder = shutil.copytree(TOUR, tmp_path / "tour", ignore=shutil.ignore_patterns("__pycache__"))

    with serving(folder) as server:
        page.goto(server.url)
        page.wait_for_function("() => window.asgiReload?.status?.().connected")
        yield Tour(page, folder)


def test_the_lower_rungs_leave_the_page_alive(tour: Tour) -> None:
    letter = tour.page.locator("textarea")
    letter.fill("It was a dark night")
    tour.page.locator("select").select_option("seasick")
    tour.page.locator("summary").click()
    tour.page.locator(".packing label", has_text="Sandwiches").click()

    tour.edit("static/accent.css", "#d8442b", "#1f8a70")
    tour.stop_says("css", "ms")
    tour.edit("static/lamp.svg", 'opacity="0"', 'opacity="1"')
    tour.stop_says("image", "ms")
    tour.edit("templates/letter.html", "Dear editor", "Dear friend")
    tour.stop_says("patch", "ms")
    tour.edit("content/packing.txt", "A compass\n", "A compass\nA raincoat\n")
    tour.stop_says("content", "ms")

    expect(tour.page.locator(".letter h3")).to_have_text("Dear friend,")
    expect(letter).to_have_value("It was a dark night")
    expect(tour.page.locator("select")).to_have_value("seasick")
    expect(tour.page.locator("details")).to_have_attribute("open", "")
    expect(tour.page.locator(".packing li")).to_have_count(5)
    expect(tour.page.locator(".packing label", has_text="Sandwiches").locator("input")).to_be_checked()
    tour.was_loaded(1)


def test_a_forgotten_brace_is_shown_and_heals(tour: Tour) -> None:
    tour.edit("templates/recipe.html", "{{ 4 * 5 }}", "{{ 4 * 5 }")
    tour.pill_says("TemplateSyntaxError")
    expect(tour.page.locator(".recipe")).to_contain_text("Ready in 20 minutes")

    tour.edit("templates/recipe.html", "{{ 4 * 5 }", "{{ 4 * 5 }}")
    tour.pill_is_gone()
    tour.stop_says("failure", "healed")
    tour.was_loaded(1)


def test_a_script_reloads_but_not_over_a_letter(tour: Tour) -> None:
    tour.page.locator("textarea").fill("It was")
    tour.edit("static/pace.js", "PACE = 1", "PACE = 4")
    tour.pill_says("a form has unsent input")
    tour.was_loaded(1)

    tour.page.locator("textarea").fill("")
    tour.edit("static/pace.js", "PACE = 4", "PACE = 2")
    tour.stop_says("reload", "reloaded")
    tour.was_loaded(2)


def test_a_signature_is_not_sent_twice(tour: Tour) -> None:
    tour.page.locator(".guestbook input").fill("Ada")
    tour.page.get_by_role("button", name="Sign").click()
    tour.page.wait_for_function("() => window.asgiReload?.status?.().connected")
    tour.edit("templates/receipt.html", "Thank you", "Farewell")
    tour.pill_says("POST")
    expect(tour.page.locator("h1")).to_have_text("Thank you, Ada.")


def test_python_goes_live_under_a_letter(tour: Tour) -> None:
    letter = tour.page.locator("textarea")
    letter.fill("It was")

    tour.edit("main.py", '= "traveller"', '= "Ada"')
    expect(tour.page.locator(".kicker")).to_have_text("Welcome, Ada")
    tour.stop_says("python", "ms")

    tour.edit("main.py", '= "Ada"', '= "Ada')
    tour.pill_says("SyntaxError")
    tour.edit("main.py", '= "Ada', '= "Grace"')
    expect(tour.page.locator(".kicker")).to_have_text("Welcome, Grace")
    tour.pill_is_gone()

    expect(letter).to_have_value("It was")
    tour.was_loaded(1)
