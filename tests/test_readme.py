"""The README is true: every app in it runs under real uvicorn, and its tables are those of the code."""

from __future__ import annotations

import re
import tomllib
from dataclasses import fields
from pathlib import Path

import httpx
import pytest

from asgi_reload.settings import Settings, resolve

from .pages import config_of, listening, visit
from .servers import serving

README = (Path(__file__).parent.parent / "README.md").read_text()
BLOCKS = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
SWITCHED = [block for block in BLOCKS if "debug" in block]
APPS = [block for block in BLOCKS if block not in SWITCHED]
PAGE = "<!doctype html><title>A site</title><h1>Hello</h1>"
DJANGO_SETTINGS = """
DEBUG = True
SECRET_KEY = "for a test"
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "mysite.urls"
"""
DJANGO_URLS = f"""
from django.http import HttpResponse
from django.urls import path

urlpatterns = [path("", lambda request: HttpResponse({PAGE!r}))]
"""


def name(app: str) -> str:
    """The framework, for the test's id: what is imported beside ours."""
    imported = re.findall(r"^from (\w+)[. ]", app, re.MULTILINE)
    return next((module for module in imported if module != "asgi_reload"), "asgi")


def project(app: str, folder: Path) -> Path:
    files = {
        "main.py": app if "application = " not in app else f"{app}\napp = application\n",
        "site/index.html": PAGE,
        "mysite/__init__.py": "",
        "mysite/settings.py": DJANGO_SETTINGS,
        "mysite/urls.py": DJANGO_URLS,
    }
    for file, text in files.items():
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        (folder / file).write_text(text)

    return folder


def test_there_is_an_example_for_every_framework() -> None:
    assert {name(app) for app in APPS} == {"asgi", "django", "fastapi", "fasthtml", "litestar", "quart", "starlette"}


@pytest.mark.parametrize("app", APPS, ids=name)
def test_an_example_follows_a_save(app: str, tmp_path: Path) -> None:
    folder = project(app, tmp_path / "project")

    with serving(folder) as server, listening(server.url, transport="ws") as page:
        page.next("hello")
        (folder / "site" / "index.html").write_text(PAGE.replace("Hello", "Good morning"))
        (step,) = page.next("update")["steps"]

    assert step["paths"] == ["site/index.html"]


@pytest.mark.parametrize("app", SWITCHED, ids=name)
@pytest.mark.parametrize(("value", "status"), [("1", 200), ("0", 404)], ids=["on", "off"])
def test_a_setting_switches_it(app: str, value: str, status: int, tmp_path: Path) -> None:
    folder = project(app, tmp_path / "project")

    with serving(folder, env={"DEBUG": value, "SHOP_DEBUG": value}) as server:
        assert httpx.get(f"{server.url}/__reload__/status").status_code == status


def test_translations_are_reloaded_as_the_readme_says(tmp_path: Path) -> None:
    (app,) = [app for app in APPS if "def translations" in app]
    folder = project(app, tmp_path / "project")

    with serving(folder) as server, listening(server.url, transport="ws") as page:
        page.next("hello")
        (folder / "site" / "de.po").write_text('msgid "Hello"\nmsgstr "Hallo"\n')
        (step,) = page.next("update")["steps"]

    assert (step["type"], step["reason"]) == ("reload", "translations changed")


def test_the_table_of_options_is_complete() -> None:
    rows = re.findall(r"^\| `(\w+)` \| `(.*?)` \|", README, re.MULTILINE)
    shown = {option: default.replace('"', "'") for option, default in rows if option in Settings.__slots__}
    assert shown == {field.name: repr(field.default) for field in fields(Settings)}


def test_the_table_for_pyproject_is_understood() -> None:
    (text,) = re.findall(r"```toml\n(.*?)```", README, re.DOTALL)
    settings = resolve({}, {}, tomllib.loads(text)["tool"]["asgi-reload"])
    assert settings.watch == ("app", "templates/**/*.html", "content/")


def test_a_page_says_what_became_of_it(tmp_path: Path) -> None:
    with serving(project(APPS[0], tmp_path / "project")) as server:
        page = visit(server.url)

    assert page.headers["x-asgi-reload"] == "injected"
    assert config_of(page.text)["base"] == "/__reload__"
