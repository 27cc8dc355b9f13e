"""The engine in this process: what it does to objects that others hold, and that it leaves nothing behind."""

from __future__ import annotations

import gc
import sys
import threading
import traceback
from typing import TYPE_CHECKING

import anyio
import psutil
import pytest

from asgi_reload.engines.build import EngineOptions
from asgi_reload.outcome import Applied, Failed, Refused

from .projects import Project, importable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path) -> Iterator[Path]:
    with importable(tmp_path):
        yield tmp_path


async def test_a_function_that_somebody_holds_runs_the_new_body(folder: Path) -> None:
    project = Project(folder, {"main.py": "def f():\n    return 1\n"})
    held = project.main.f

    outcome = await project.save(main="def f():\n    return 2\n")
    assert isinstance(outcome, Applied)
    assert outcome.rung == "patch"
    assert held() == 2
    assert held is project.main.f


async def test_a_signature_changes_in_the_object_that_others_hold(folder: Path) -> None:
    project = Project(folder, {"main.py": "from helpers import f\n", "helpers.py": "def f():\n    return 1\n"})
    held = project.main.f

    await project.save(helpers='def f(a: int = 3, *, b=4):\n    """Words."""\n    return a + b\n')
    assert (held(), held.__doc__, held.__annotations__) == (7, "Words.", {"a": int} if "int" not in str(held) else {})
    assert held is project.main.f


async def test_a_file_that_is_being_written_is_read_when_it_has_been(folder: Path) -> None:
    project = Project(folder, {"main.py": "def f():\n    return 1\n"})
    held = project.main.f
    (folder / "main.py").write_text("")

    async with anyio.create_task_group() as group:
        group.start_soon(project.touch, "main")
        await anyio.wait_all_tasks_blocked()
        (folder / "main.py").write_text("def f():\n    return 2\n")

    assert held() == 2
    assert held is project.main.f


async def test_a_file_that_stays_empty_is_an_empty_module(folder: Path) -> None:
    project = Project(folder, {"main.py": "def f():\n    return 1\n"})

    assert isinstance(await project.save(main=""), Applied)
    assert not hasattr(project.main, "f")


async def test_a_comment_moves_the_lines_of_later_tracebacks(folder: Path) -> None:
    project = Project(folder, {"main.py": "def f():\n    raise ValueError\n"})
    held = project.main.f

    outcome = await project.save(main="# one\n# two\ndef f():\n    raise ValueError\n")
    assert isinstance(outcome, Applied)
    assert outcome.rung == "nothing"
    with pytest.raises(ValueError) as caught:
        held()
    last = traceback.extract_tb(caught.value.__traceback__)[-1]
    assert (last.lineno, last.line) == (4, "raise ValueError")


async def test_a_generator_in_flight_keeps_its_body(folder: Path) -> None:
    project = Project(folder, {"main.py": "def f():\n    yield 1\n    yield 1\n"})
    begun = project.main.f()
    assert next(begun) == 1

    await project.save(main="def f():\n    yield 2\n    yield 2\n")
    assert next(begun) == 1
    assert next(project.main.f()) == 2


async def test_an_error_half_way_leaves_every_namespace_as_it_was(folder: Path) -> None:
    project = Project(folder, {"main.py": "import helpers\nprint(helpers.x)\n", "helpers.py": "x = 1\nprint(x)\n"})
    modules = {name: sys.modules[name] for name in ("main", "helpers")}
    before = {name: dict(vars(module)) for name, module in modules.items()}

    outcome = await project.save(helpers="x = 2\nprint(x)\ny = 1 / 0\n")
    assert isinstance(outcome, Failed)
    assert "ZeroDivisionError" in outcome.report.title
    assert {name: sys.modules[name] for name in modules} == modules
    assert {name: dict(vars(module)) for name, module in modules.items()} == before


@pytest.mark.timeout(method="thread")  # a timeout by signal uses the alarm that is tested here
async def test_an_import_that_does_not_come_back_is_interrupted(folder: Path) -> None:
    project = Project(folder, {"main.py": "print(1)\nx = 1\n"}, EngineOptions(import_s=0.2))

    outcome = await project.save(main="print(1)\nimport time\ntime.sleep(60)\n")
    assert isinstance(outcome, Failed)
    assert "took more than" in outcome.report.title
    assert project.main.x == 1


@pytest.mark.timeout(method="thread")
async def test_an_endless_loop_at_import_is_interrupted(folder: Path) -> None:
    project = Project(folder, {"main.py": "print(1)\n"}, EngineOptions(import_s=0.2))
    outcome = await project.save(
        main="print(1)\nwhile True:\n    try:\n        pass\n    except Exception:\n        pass\n"
    )
    assert isinstance(outcome, Failed)


async def test_a_module_of_five_megabytes_is_read_and_one_of_ten_is_not(folder: Path) -> None:
    project = Project(folder, {"main.py": "x = 1\n"})
    outcome = await project.save(main="x = 2\n" + "# " + "a" * 5_000_000 + "\n")
    assert isinstance(outcome, Applied)
    assert project.main.x == 2

    outcome = await project.save(main="x = 3\n" + "# " + "a" * 10_000_000 + "\n")
    assert isinstance(outcome, Failed)
    assert "too many" in outcome.report.title


async def test_a_file_that_went_before_it_was_read_is_a_deleted_one(folder: Path) -> None:
    project = Project(folder, {"main.py": "import helpers\n", "helpers.py": "x = 1\n"})
    (folder / "helpers.py").write_text("x = 2\n")
    outcome = await project.save(helpers=None)

    assert isinstance(outcome, Failed)
    assert project.main.helpers.x == 1


async def test_a_failed_save_is_pending_until_its_files_are_good(folder: Path) -> None:
    project = Project(folder, {"main.py": "import helpers\n", "helpers.py": "x = 1\n"})

    assert isinstance(await project.save(main="import helpers\nhelpers.y\n"), Failed)
    outcome = await project.save(helpers="x = 1\ny = 2\n")
    assert isinstance(outcome, Applied)
    assert outcome.modules == ("main",)


async def test_a_module_that_was_dropped_and_comes_back_is_known_again(folder: Path) -> None:
    project = Project(folder, {"main.py": "import helpers\n", "helpers.py": "x = 1\n"})

    assert isinstance(await project.save(main="y = 1\n"), Applied)
    assert "helpers" not in sys.modules
    assert isinstance(await project.save(main="import helpers\n"), Applied)
    assert isinstance(await project.save(helpers="x = 2\n"), Applied)
    assert project.main.helpers.x == 2


async def test_a_module_imported_by_a_save_that_failed_is_not_left_behind(folder: Path) -> None:
    project = Project(folder, {"main.py": "x = 1\n"})

    outcome = await project.save(main="import extra\nprint(1 / 0)\n", extra="y = 1\n")
    assert isinstance(outcome, Failed)
    assert "extra" not in sys.modules
    assert isinstance(await project.save(main="import extra\n", extra="y = 2\n"), Applied)
    assert project.main.extra.y == 2


async def test_a_file_saved_between_its_import_and_the_first_look_is_not_taken_for_what_runs(folder: Path) -> None:
    old, new = "def f():\n    return 1\n", "def f():\n    return 2\n"
    project = Project(folder, {"main.py": "import helpers\n", "helpers.py": old}, meanwhile={"helpers.py": new})

    outcome = await project.save(helpers=new)
    assert isinstance(outcome, Applied)
    assert outcome.modules == ("helpers",)
    assert project.main.helpers.f() == 2


async def test_a_test_that_nobody_imported_changes_nothing_in_a_project_that_imports_by_name(folder: Path) -> None:
    main = "import importlib\n\nplugins = [importlib.import_module(name) for name in ['plugins.one']]\n"
    files = {"main.py": main, "plugins/__init__.py": "", "plugins/one.py": "x = 1\n", "tests/test_one.py": "y = 1\n"}
    project = Project(folder, files)

    outcome = await project.save(**{"tests/test_one": "y = 2\n"})
    assert outcome == Applied("nothing", ms=outcome.ms if isinstance(outcome, Applied) else {})
    outcome = await project.save(**{"plugins/one": "x = 2\n"})
    assert isinstance(outcome, Applied)
    assert project.main.plugins[0].x == 2


async def test_a_file_whose_import_failed_is_imported_when_it_is_mended(folder: Path) -> None:
    main = "try:\n    from extra import x\nexcept SyntaxError:\n    x = 0\n"
    project = Project(folder, {"main.py": main, "extra.py": "x = (\n"})
    assert project.main.x == 0

    assert isinstance(await project.save(extra="x = 1\n"), Applied)
    assert sys.modules["main"].x == 1


WORKER = """
import threading
from pathlib import Path

def work():
    stop.wait(10)

stop = threading.Event()
with Path(__file__).with_name("runs.txt").open("a") as runs:
    runs.write("run ")
threading.Thread(target=work, daemon=True).start()
"""


async def test_what_is_refused_is_not_executed_again_until_it_says_something_else(folder: Path) -> None:
    project = Project(folder, {"main.py": "import worker\nx = 1\n", "worker.py": WORKER})

    assert isinstance(await project.save(worker=WORKER.replace("daemon=True", "daemon=True, name='w'")), Refused)
    outcome = await project.save(main="import worker\nx = 2\n")
    assert isinstance(outcome, Refused)
    assert "worker.py, saved before" in outcome.reason
    assert (folder / "runs.txt").read_text() == "run run "

    assert isinstance(await project.save(worker=WORKER), Applied)
    assert project.main.x == 2
    project.main.worker.stop.set()


STORE = "kept = []\nby_name = {}\n"


async def test_kept_instances_become_ones_of_the_new_class(folder: Path) -> None:
    shapes = "class Point:\n    scale = 1\n\n    def __init__(self, x):\n        self.x = x\n"
    project = Project(folder, {"main.py": "import shapes\nimport store\n", "shapes.py": shapes, "store.py": STORE})
    point = project.main.shapes.Point(2)
    project.main.store.kept.append(point)

    assert isinstance(await project.save(shapes=shapes.replace("scale = 1", "scale = 3")), Applied)
    assert type(point) is project.main.shapes.Point
    assert (point.scale, point.x) == (3, 2)


async def test_frozen_kept_instances_follow_and_a_failure_takes_them_back(folder: Path) -> None:
    shapes = (
        "from dataclasses import dataclass\n\nprint(1)\n\n\n"
        "@dataclass(frozen=True, slots=True)\nclass Point:\n    x: int\n    scale = 1\n"
    )
    project = Project(folder, {"main.py": "import shapes\nimport store\n", "shapes.py": shapes, "store.py": STORE})
    old = project.main.shapes.Point
    point = old(2)
    project.main.store.by_name["p"] = point

    assert isinstance(await project.save(shapes=shapes.replace("x: int", "x: int\n    y: int")), Refused)
    assert type(point) is project.main.shapes.Point is old
    assert isinstance(await project.save(shapes=shapes.replace("print(1)", "print(2)")), Applied)
    assert type(point) is project.main.shapes.Point is not old


async def test_kept_enum_members_are_those_of_the_new_class(folder: Path) -> None:
    kinds = "from enum import Enum\n\n\nclass Kind(Enum):\n    A = 1\n"
    project = Project(folder, {"main.py": "import kinds\nimport store\n", "kinds.py": kinds, "store.py": STORE})
    project.main.store.kept.append(project.main.kinds.Kind.A)
    project.main.store.by_name["kind"] = project.main.kinds.Kind.A

    assert isinstance(await project.save(kinds=kinds + "    B = 2\n"), Applied)
    assert project.main.store.kept[0] is project.main.kinds.Kind.A
    assert project.main.store.by_name["kind"] is project.main.kinds.Kind.A
    assert isinstance(await project.save(kinds=kinds.replace("A = 1", "C = 3")), Refused)


async def test_saves_at_the_same_time_are_applied_one_after_the_other(folder: Path) -> None:
    project = Project(folder, {"main.py": "x = 1\n", "other.py": "y = 1\n"})
    outcomes = []

    async def save(name: str, text: str) -> None:
        outcomes.append(await project.save(**{name: text}))

    async with anyio.create_task_group() as group:
        group.start_soon(save, "main", "x = 2\nimport other\n")
        group.start_soon(save, "other", "y = 2\n")
    assert all(isinstance(outcome, Applied) for outcome in outcomes)
    assert (project.main.x, project.main.other.y) == (2, 2)


async def test_what_a_registry_of_a_library_cannot_take_twice_is_no_error_of_the_file(folder: Path) -> None:
    pytest.importorskip("prometheus_client")
    text = 'from prometheus_client import Counter\n\nhits = Counter("engine_hits", "{}")\n'
    project = Project(folder, {"main.py": text.format("old")})

    outcome = await project.save(main=text.format("new"))
    assert isinstance(outcome, Refused)
    assert "restart" in outcome.reason


async def test_hundreds_of_saves_leave_nothing_behind(folder: Path) -> None:
    files = {
        "main.py": "import helpers\n\n\ndef ask():\n    return helpers.answer()\n",
        "helpers.py": "print(0)\n\n\nclass Thing:\n    pass\n\n\ndef answer():\n    return 0\n",
    }
    project = Project(folder, files)
    process = psutil.Process()

    async def reload(number: int) -> None:
        # Every tenth save changes what import did, the others a body only.
        text = f"print({number // 10})\n\n\nclass Thing:\n    pass\n\n\ndef answer():\n    return {number}\n"
        assert isinstance(await project.save(helpers=text), Applied)
        assert project.main.ask() == number

    for number in range(1, 40):
        await reload(number)
    project.served.clean_up()
    gc.collect()
    before = (len(gc.get_objects()), threading.active_count(), process.num_fds())
    for number in range(40, 340):
        await reload(number)
    project.served.clean_up()
    gc.collect()

    after = (len(gc.get_objects()), threading.active_count(), process.num_fds())
    assert after[0] - before[0] < 200
    assert after[1] <= before[1]
    assert after[2] <= before[2]
    assert sum(getattr(o, "__name__", "") == "helpers" for o in gc.get_objects() if type(o) is type(sys)) == 1
