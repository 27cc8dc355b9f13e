"""Files that are no modules, and modules that do what nobody expects of an import: the old version stays."""

from __future__ import annotations

import ast
import asyncio
import gc
import logging
import mimetypes
import socket
import sys
import warnings
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pytest

from asgi_reload.changes import Batch, Change
from asgi_reload.engines.build import EngineOptions
from asgi_reload.engines.keeping import KEEPER
from asgi_reload.outcome import Applied, Failed, Refused

from .projects import Project, importable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MAIN = "import helpers\n\n\ndef ask():\n    return helpers.answer()\n"
HELPERS = "print(1)\n\n\ndef answer():\n    return 1\n"


pytestmark = pytest.mark.anyio
IN_LOOP = EngineOptions(loop_at_import=True)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    with importable(tmp_path):
        yield tmp_path


async def test_a_directory_in_the_place_of_a_module_is_a_module_that_went(folder: Path) -> None:
    project = Project(folder, {"main.py": MAIN, "helpers.py": HELPERS})
    (folder / "helpers.py").unlink()
    (folder / "helpers.py").mkdir()

    outcome = await project.touch("helpers")
    assert isinstance(outcome, Failed)
    assert "No module named 'helpers'" in outcome.report.title
    assert project.main.ask() == 1


async def test_a_file_that_cannot_be_read_is_named(folder: Path) -> None:
    project = Project(folder, {"main.py": MAIN, "helpers.py": HELPERS})
    (folder / "helpers.py").unlink()

    with socket.socket(socket.AF_UNIX) as unreadable:
        unreadable.bind(str(folder / "helpers.py"))
        outcome = await project.touch("helpers")
    assert isinstance(outcome, Failed)
    assert "helpers.py" in outcome.report.title
    assert project.main.ask() == 1


async def test_an_error_whose_text_raises_is_reported(folder: Path) -> None:
    project = Project(folder, {"main.py": MAIN, "helpers.py": HELPERS})

    odd = "\n\nclass Odd(Exception):\n    def __str__(self):\n        raise ValueError\n\n\nraise Odd\n"
    outcome = await project.save(helpers=HELPERS + odd)
    assert isinstance(outcome, Failed)
    assert "Odd" in outcome.report.title
    assert project.main.ask() == 1


async def test_a_refused_save_is_pending_and_is_well_again_when_it_is_taken_back(folder: Path) -> None:
    fixed = "from asgi_reload import hot\n\nhot.decline(__name__)\nWORD = 'a'\n"
    project = Project(
        folder, {"main.py": MAIN + "\n\nimport fixed\n", "helpers.py": HELPERS, "fixed.py": fixed}, keeper=KEEPER
    )

    assert isinstance(await project.save(fixed=fixed.replace("'a'", "'b'")), Refused)
    again = await project.save(helpers=HELPERS.replace("return 1", "return 2"))
    assert isinstance(again, Refused)
    assert "fixed" in again.reason
    assert project.main.ask() == 1
    assert isinstance(await project.save(fixed=fixed), Applied)
    assert project.main.ask() == 2
    assert isinstance(await project.save(helpers=HELPERS.replace("return 1", "return 3")), Applied)
    assert project.main.ask() == 3


async def test_an_extension_module_that_is_built_anew_is_refused(folder: Path) -> None:
    fast = folder / "fast.so"
    fast.write_bytes(b"what a compiler writes")
    project = Project(folder, {"main.py": MAIN, "helpers.py": HELPERS})
    sys.modules["fast"] = ModuleType("fast")
    sys.modules["fast"].__file__ = str(fast)

    outcome = await project.engine.apply(Batch((Change(fast, "modified"),)))
    assert isinstance(outcome, Refused)
    assert outcome.reason == "fast.so is an extension module, which cannot be loaded twice"


def state_of_the_interpreter() -> list[Any]:
    """Identities and order, of whatever a failed import may have touched."""
    modules = [(name, id(module)) for name, module in sys.modules.items()]
    dicts = {n: {k: id(v) for k, v in vars(m).items()} for n, m in sys.modules.items() if n in {"main", "helpers"}}
    orders = {n: list(vars(m)) for n, m in sys.modules.items() if n in {"main", "helpers"}}
    lists = [list(map(id, one)) for one in (warnings.filters, sys.path, sys.meta_path, sys.path_hooks)]
    named = logging.root.manager.loggerDict.items()
    loggers = {n: (x.level, list(x.handlers)) if isinstance(x, logging.Logger) else None for n, x in named}
    return [modules, dicts, orders, lists, loggers, dict(mimetypes.types_map), id(sys.path), asyncio.all_tasks()]


async def test_an_import_that_fails_leaves_the_interpreter_as_it_was_to_the_letter(folder: Path) -> None:
    more = {"other.py": "import helpers\n\nLIMIT = helpers.LIMIT\n", "extra.py": "print('extra')\n"}
    helpers = "LIMIT = 1\n" + HELPERS
    project = Project(folder, {"main.py": MAIN + "\n\nimport other\n", "helpers.py": helpers, **more}, IN_LOOP)
    mimetypes.init()
    ast.unparse(ast.parse("0"))  # which imports what it needs, the first time
    before = state_of_the_interpreter()

    nasty = """
        import asyncio, atexit, logging, mimetypes, sys, warnings
        import extra

        LIMIT = 2
        warnings.simplefilter("ignore")
        mimetypes.add_type("text/shop", ".shop")
        logging.getLogger("shop.window").addHandler(logging.NullHandler())
        sys.path.append("/nowhere")
        sys.meta_path.append(None)


        async def work():
            await asyncio.Event().wait()


        task = asyncio.get_running_loop().create_task(work())
        raise ValueError("half way")
        """
    assert isinstance(await project.save(helpers=nasty), Failed)
    await asyncio.sleep(0)
    assert state_of_the_interpreter() == before
    assert project.main.ask() == 1


async def test_a_task_made_at_import_ends_with_its_module(folder: Path) -> None:
    working = """
        import asyncio

        WORD = "a"
        print(WORD)


        async def work():
            await asyncio.Event().wait()


        task = asyncio.get_running_loop().create_task(work())
        """
    project = Project(folder, {"main.py": "import working\n", "working.py": working}, IN_LOOP)

    def names() -> list[str]:
        return [getattr(task.get_coro(), "__qualname__", "") for task in asyncio.all_tasks()]

    assert names().count("work") == 1
    assert isinstance(await project.save(working=working.replace('"a"', '"b"')), Applied)
    await asyncio.sleep(0)
    assert names().count("work") == 1
    assert isinstance(await project.save(working='WORD = "c"\nprint(WORD)\n'), Applied)
    await asyncio.sleep(0)
    assert names().count("work") == 0
    gc.collect()
