"""What an import string may name, and the sentence for everything that it may not."""

from __future__ import annotations

import sys
from textwrap import dedent
from typing import TYPE_CHECKING, Any

import pytest

from asgi_reload.errors import SettingError, TargetError
from asgi_reload.target import load_target

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Write = Callable[[str], None]

ASGI = """
async def app(scope, receive, send):
    ...
"""


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Write]:
    """Writes `shop.py`, which the test may then name."""
    monkeypatch.syspath_prepend(str(tmp_path))

    def write(text: str) -> None:
        (tmp_path / "shop.py").write_text(dedent(text))

    yield write
    sys.modules.pop("shop", None)


@pytest.mark.parametrize(
    "text",
    [
        ASGI,
        "class Site:\n    async def __call__(self, scope, receive, send): ...\napp = Site()",
        "class Site:\n    def __init__(self, scope, receive, send): ...\n    def __await__(self): ...\napp = Site",
        "from starlette.applications import Starlette\napp = Starlette()",
        "from fastapi import FastAPI\napp = FastAPI()",
        "from functools import partial\nasync def site(name, scope, receive, send): ...\napp = partial(site, 'me')",
        "async def site(*args): ...\ndef app(*args): return site(*args)",
    ],
)
def test_whatever_takes_three_arguments_is_an_app(write: Write, text: str) -> None:
    write(text)

    found, app = load_target("shop:app", factory=False)

    assert found is app is sys.modules["shop"].app


def test_an_attribute_of_an_attribute_may_be_the_app(write: Write) -> None:
    write(ASGI + "class site:\n    inner = staticmethod(app)")
    assert load_target("shop:site.inner", factory=False)[1] is sys.modules["shop"].app


def test_a_factory_makes_the_app(write: Write) -> None:
    write(ASGI + "def create_app(debug=False): return app")

    found, app = load_target("shop:create_app", factory=True)

    assert (found, app) == (sys.modules["shop"].create_app, sys.modules["shop"].app)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("app = None", "app is None, which is no ASGI app"),
        ("app = 'main'", "app is the str 'main', which is no ASGI app"),
        ("app = {}", "app is a dict, which is no ASGI app"),
        ("import json as app", "app is the module json, which is no ASGI app"),
        ("from fastapi import FastAPI as app", "app is the class FastAPI, and not an app; make one: app = FastAPI(…)"),
        ("from starlette.applications import Starlette as app", "make one: app = Starlette(…)"),
        ("def app(): ...", "app is the function app; if it makes the app, say --factory"),
        ("def app(debug=True, db=None, name=''): ...", "if it makes the app, say --factory"),
        ("def app(environ, start_response): ...", "app (the function app) is a WSGI app; wrap it: pip install a2wsgi"),
        ("class Flask:\n    wsgi_app = 1\n    def __call__(self, e, s): ...\napp = Flask()", "app (a Flask) is a WSGI"),
        ("from django.core.handlers.wsgi import WSGIHandler as H\napp = H.__new__(H)", "app (a WSGIHandler) is a WSGI"),
        ("async def app(scope): ...", "app is the function app, which does not take (scope, receive, send)"),
        ("application = 1\nap = 2", "the module shop has no app; did you mean 'ap'?"),
    ],
)
def test_what_is_no_app_is_named_for_what_it_is(write: Write, text: str, words: str) -> None:
    write(text)

    with pytest.raises(TargetError) as refused:
        load_target("shop:app", factory=False)

    assert str(refused.value).startswith("app='shop:app': ")
    assert words in str(refused.value)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("def make(settings, *, db): ...", "the factory make needs arguments (settings, db), and is called"),
        ("async def make(): ...", "the factory make is async; make it a plain function"),
        ("make = 3", "make is the int 3, and no factory that could be called"),
        ("def make(): return None", "make() is None, which is no ASGI app"),
        (ASGI.replace("app", "make"), "make (the function make) is an app, and no factory; leave --factory out"),
    ],
)
def test_a_factory_that_makes_none_is_told_why(write: Write, text: str, words: str) -> None:
    write(text)

    with pytest.raises(TargetError) as refused:
        load_target("shop:make", factory=True)

    assert words in str(refused.value)


@pytest.mark.parametrize("target", ["shop", "shop:", ":app", ""])
def test_half_an_import_string_is_refused(target: str) -> None:
    with pytest.raises(SettingError, match="expected an ASGI app or an import string such as 'main:app'"):
        load_target(target, factory=False)


def test_a_module_that_is_not_there_is_no_traceback(write: Write) -> None:
    with pytest.raises(TargetError, match="there is no module nowhere_at_all"):
        load_target("nowhere_at_all.main:app", factory=False)


def test_a_module_that_lacks_another_one_is_broken_and_not_absent(write: Write) -> None:
    write("import nowhere_at_all")

    with pytest.raises(ModuleNotFoundError, match="nowhere_at_all"):
        load_target("shop:app", factory=False)


def test_what_a_module_raises_is_its_own(write: Write) -> None:
    write("1 / 0")
    error: Any = ZeroDivisionError

    with pytest.raises(error):
        load_target("shop:app", factory=False)
