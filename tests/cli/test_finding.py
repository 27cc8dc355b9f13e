"""Which app is served, from what was written or found; nothing of it is imported."""

from __future__ import annotations

import os
import re
import sys
from typing import TYPE_CHECKING

import pytest

from asgi_reload.cli.finding import find
from asgi_reload.errors import ReloadError, TargetError

if TYPE_CHECKING:
    from pathlib import Path

APP = "from starlette.applications import Starlette\n\napp = Starlette()\nraise SystemExit('imported')\n"


def lay(folder: Path, *files: str, text: str = APP) -> None:
    for name in files:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("" if name.endswith("__init__.py") else text)


def served(folder: Path, *targets: str, app_dir: str | None = None, factory: bool = False) -> tuple[str, ...]:
    """The target and, relative to the folder, where it is imported from."""
    found = find(targets, folder, folder / app_dir if app_dir else None, factory=factory)
    return (*(site.target for site in found.sites), os.path.relpath(found.app_dir, folder))


@pytest.mark.parametrize(
    ("files", "target", "expected"),
    [
        (["main.py"], "main:app", ("main:app", ".")),
        (["main.py"], "main", ("main:app", ".")),
        (["main.py"], "main.py", ("main:app", ".")),
        (["main.py"], "./main.py:app", ("main:app", ".")),
        (["main.py"], "main:app.inner.deep", ("main:app.inner.deep", ".")),
        (["shop/__init__.py", "shop/web.py"], "shop.web:app", ("shop.web:app", ".")),
        (["shop/__init__.py", "shop/web.py"], "shop/web.py", ("shop.web:app", ".")),
        (["shop/web.py"], "shop/web.py", ("web:app", "shop")),
        (["shop/web.py"], "shop.web:app", ("shop.web:app", ".")),
        (["shop/web/site.py"], "shop.web.site:app", ("shop.web.site:app", ".")),
        (["src/main.py"], "main:app", ("main:app", "src")),
        (["src/shop/__init__.py", "src/shop/main.py"], "shop.main", ("shop.main:app", "src")),
    ],
)
def test_a_target_names_a_module_or_a_file(
    tmp_path: Path, files: list[str], target: str, expected: tuple[str, str]
) -> None:
    lay(tmp_path, *files)
    assert served(tmp_path, target) == expected


def test_an_app_dir_is_where_names_begin(tmp_path: Path) -> None:
    lay(tmp_path, "code/shop/web.py")

    assert served(tmp_path, "shop.web:app", app_dir="code") == ("shop.web:app", "code")
    assert served(tmp_path, "code/shop/web.py", app_dir="code") == ("shop.web:app", "code")
    with pytest.raises(TargetError, match=r"is not in --app-dir"):
        served(tmp_path, "code/shop/web.py", app_dir="code/other")


def test_an_installed_package_can_be_served(tmp_path: Path) -> None:
    assert served(tmp_path, "starlette.applications:Starlette") == ("starlette.applications:Starlette", ".")


@pytest.mark.parametrize(
    ("files", "expected", "said"),
    [
        (["main.py", "app.py"], ("main:app", "."), "found app in main.py; serving main:app"),
        (["api.py"], ("api:app", "."), "found app in api.py"),
        (["app/__init__.py", "app/main.py"], ("app.main:app", "."), "found app in app/main.py; serving app.main:app"),
        (["app/main.py"], ("main:app", "app"), "found app in main.py"),
        (["src/main.py"], ("main:app", "src"), "found app in main.py"),
        (["src/shop/__init__.py", "src/shop/api.py"], ("shop.api:app", "src"), "serving shop.api:app"),
        (["shop/__init__.py", "shop/asgi.py"], ("shop.asgi:app", "."), "found app in shop/asgi.py"),
    ],
)
def test_an_app_that_is_not_named_is_found(
    tmp_path: Path, files: list[str], expected: tuple[str, str], said: str
) -> None:
    lay(tmp_path, *files)

    assert served(tmp_path) == expected
    assert said in find((), tmp_path).said[0]


@pytest.mark.parametrize(
    ("text", "expected", "factory"),
    [
        ("app = make()", "main:app", False),
        ("api: Any = make()\nother = 1", "main:api", False),
        ("if True:\n    application = make()", "main:application", False),
        ("from shop import app", "main:app", False),
        ("import app\nsite = FastAPI()", "main:site", False),
        ("site: FastAPI = fastapi.FastAPI()", "main:site", False),
        ("def create_app(): ...", "main:create_app", True),
        ("def create_app(): ...\napp = create_app()", "main:app", False),
        ("app = make(\n", "main:app", False),
    ],
)
def test_the_name_of_the_app_is_read_from_the_text(tmp_path: Path, text: str, expected: str, factory: bool) -> None:
    lay(tmp_path, "main.py", text=text)

    found = find((), tmp_path)

    assert (found.sites[0].target, found.factory) == (expected, factory)
    assert found.said[0].endswith(f"serving {expected}" + (" --factory" if factory else ""))


def test_a_module_without_an_app_is_passed_over(tmp_path: Path) -> None:
    lay(tmp_path, "main.py", text="print('a script')")
    lay(tmp_path, "api.py")

    assert served(tmp_path) == ("api:app", ".")


def test_several_apps_have_a_mount_each(tmp_path: Path) -> None:
    lay(tmp_path, "main.py", "admin/main.py")

    found = find(("main:app", "/admin/=admin.main:app", "/a/b=main:app"), tmp_path)

    assert [(site.mount, site.target) for site in found.sites] == [
        ("", "main:app"),
        ("/admin", "admin.main:app"),
        ("/a/b", "main:app"),
    ]


@pytest.mark.parametrize(
    ("targets", "words"),
    [
        (["mian:app"], "app='mian:app': there is no module mian in "),
        (["mian:app"], "; did you mean 'main'?"),
        (["shop.wbe:app"], "there is no module shop.wbe in "),
        (["shop.wbe:app"], "did you mean 'shop.web'?"),
        (["shop:app"], "there is no module shop in "),
        (["main.app"], "app='main.app': there is no module main.app; did you mean 'main:app'?"),
        (["mian.py"], "there is no file "),
        (["mian.py"], "did you mean 'main.py'?"),
        (["main:ap"], "main.py binds no ap; did you mean 'app'?"),
        (["empty"], "empty.py binds no app by a usual name; say which it is: empty:<name>"),
        (["both"], "both.py has several apps; name one of both:one, both:two"),
        (["main:app:app"], "write it as main:app, main.py, main.py:app, or with a mount in front"),
        (["main:"], "write it as main:app"),
        (["main app"], "write it as main:app"),
        (["/a?b=main:app"], "/a?b is no path to mount an app at"),
        (["main:app", "main:app"], "/ is taken by main:app; mount one: /path=main:app"),
        (["/a=main:app", "/a/=main:app"], "/a is taken by /a=main:app"),
        (["main:app", "/shop=shop/web.py"], "name both as modules, from one --app-dir"),
        (["main", "/make=factory"], "either all targets are factories, or none is"),
    ],
)
def test_what_is_not_there_is_refused_with_what_is(tmp_path: Path, targets: list[str], words: str) -> None:
    lay(tmp_path, "main.py", "shop/web.py")
    lay(tmp_path, "empty.py", text="x = 1")
    lay(tmp_path, "both.py", text="one = FastAPI()\ntwo = FastAPI()")
    lay(tmp_path, "factory.py", text="def create_app(): ...")

    with pytest.raises(ReloadError, match=re.escape(words)) as refused:
        served(tmp_path, *targets)

    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    "text", ["from other import *", "globals()['app'] = 1", "def __getattr__(name): ...", "app = ("]
)
def test_a_name_that_a_reader_cannot_see_is_left_to_the_import(tmp_path: Path, text: str) -> None:
    lay(tmp_path, "main.py", text=text)
    assert served(tmp_path, "main:app") == ("main:app", ".")


def test_nothing_at_all_says_where_it_looked(tmp_path: Path) -> None:
    with pytest.raises(
        ReloadError, match=r"no app is named, and none found in main.py, app.py, .* asgi-reload main:app"
    ):
        served(tmp_path)


def test_nothing_of_the_project_stays_in_this_process(tmp_path: Path) -> None:
    lay(tmp_path, "shop/__init__.py", "shop/web.py")
    before = set(sys.modules)

    served(tmp_path, "shop.web:app")

    assert not {name for name in set(sys.modules) - before if name.startswith("shop")}
    assert str(tmp_path) not in sys.path
