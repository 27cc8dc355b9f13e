"""Holds the code against the table of rooms in docs/architecture.md: a level knows only itself and those above it."""

from __future__ import annotations

import ast
import re
import sys
from dataclasses import dataclass
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "asgi_reload"
ROW = re.compile(r"^\| (?:(L\d)[^|]*)?\| ([^|]+) \|", re.MULTILINE)

# Third-party packages, and those of the standard library that touch the process: where they may be imported.
GUESTS = {
    "starlette": {"L4", "L5"},
    "datastar_py": {"datastar"},
    "watchfiles": {"watching/watcher"},
    "anyio": {"L2", "L3", "L4", "L5"},
    "signal": {
        "shutdown",
        "foreground",
        "cli/",
        "engines/conditions",
        "engines/entries",
        "engines/process_tables",
        "engines/tables",
        "workers/endings",
        "workers/lives",
        "workers/children",
        "workers/preparation",
        "workers/standby",
    },
    # Tasks of the running loop are among what a reload has to look at, and to end.
    # What a line costs is on the way of every request, so its ends are asyncio's own protocols.
    "asyncio": {
        "cli/",
        "bridge/answer",
        "bridge/answerer",
        "bridge/call",
        "bridge/caller",
        "bridge/line",
        "engines/callbacks",
        "engines/conditions",
        "engines/process_tables",
        "engines/follow",
        "engines/generation",
        "middleware",
        "worker",
        "workers/channel",
        "workers/children",
        "workers/hosts",
        "workers/interpreters",
        "workers/lives",
        "workers/processes",
        "workers/programs",
        "workers/tending",
        "workers/preparation",
        "workers/remote",
    },
    "brotli": {"html/decoding"},
    "dotenv": {"env_file"},
    "click": {"cli/"},
    "rich": {"cli/"},
    "uvicorn": {"cli/"},
}
FOR_TYPES_ONLY = {"typing_extensions"}


@dataclass(frozen=True)
class Import:
    """One name that a module imports, from our own package (`watching/watcher`) or from elsewhere (`starlette`)."""

    name: str
    ours: bool
    at_run_time: bool


def rooms() -> dict[str, str]:
    """Module (`watching/watcher`) or folder (`html/`) → level, as the document has it."""
    found = {}
    level = ""

    for row in ROW.finditer((ROOT / "docs" / "architecture.md").read_text()):
        level = row[1] or level
        for name in re.findall(r"`([\w/]+)`", row[2]):
            if level:
                found[name] = level

    return found


@cache
def modules() -> dict[str, Path]:
    files = {p.relative_to(PACKAGE).with_suffix("").as_posix(): p for p in sorted(PACKAGE.rglob("*.py"))}
    # The `__init__` of a folder is the folder's name and nothing else; a test below says so.
    return {name: path for name, path in files.items() if not name.endswith("/__init__")}


def level_of(module: str) -> str | None:
    named = rooms()
    folder = module.partition("/")[0] + "/"
    return named.get(module) or named.get(folder)


def imports_of(module: str) -> set[Import]:
    found: set[Import] = set()
    _collect(ast.parse(modules()[module].read_text()), module, True, found)
    return found


def _collect(node: ast.AST, module: str, at_run_time: bool, found: set[Import]) -> None:
    for child in ast.iter_child_nodes(node):
        match child:
            case ast.If(test=ast.Name(id="TYPE_CHECKING")):
                _collect(child, module, False, found)
            case ast.Import(names=names):
                found |= {Import(alias.name.partition(".")[0], False, at_run_time) for alias in names}
            case ast.ImportFrom(level=0, module=str(name)) if not f"{name}.".startswith("asgi_reload."):
                found.add(Import(name.partition(".")[0], False, at_run_time))
            case ast.ImportFrom(level=level, module=name, names=names):
                folder = Path(module).parents[level - 1] if level else Path()
                source = (name or "").removeprefix("asgi_reload").lstrip(".").replace(".", "/")
                found |= {Import(_own((folder / source).as_posix(), alias.name), True, at_run_time) for alias in names}
            case _:
                _collect(child, module, at_run_time, found)


def _own(source: str, name: str) -> str:
    """The module that `from source import name` reads: a folder's module, a module, or the package itself."""
    inside = name if source == "." else f"{source}/{name}"
    return next((module for module in (inside, source) if module in modules()), "__init__")


@pytest.mark.parametrize("module", modules())
def test_every_module_has_its_room(module: str) -> None:
    assert level_of(module), f"docs/architecture.md has no room for {module}"


def test_every_room_has_its_module() -> None:
    there = modules()

    for name in rooms():
        exists = (PACKAGE / name).is_dir() if name.endswith("/") else name in there
        assert exists, f"docs/architecture.md names {name}, which does not exist"


@pytest.mark.parametrize("module", modules())
def test_a_level_knows_only_itself_and_those_above(module: str) -> None:
    mine = level_of(module) or ""

    for imported in imports_of(module):
        if imported.ours and imported.name != "__init__":
            theirs = level_of(imported.name) or ""
            assert theirs <= mine, f"{module} ({mine}) imports {imported.name} ({theirs})"


@pytest.mark.parametrize("module", modules())
def test_guests_stay_in_their_rooms(module: str) -> None:
    mine = level_of(module)
    folder = module.partition("/")[0] + "/"

    for imported in imports_of(module):
        if imported.ours or imported.name in FOR_TYPES_ONLY and not imported.at_run_time:
            continue
        if imported.name in GUESTS:
            allowed = GUESTS[imported.name]
            assert {mine, module, folder} & allowed, f"{module} ({mine}) imports {imported.name}; only {allowed} may"
        else:
            assert imported.name in sys.stdlib_module_names, f"{module} imports {imported.name}"


def test_modules_import_each_other_without_circles() -> None:
    graph = {
        module: {i.name for i in imports_of(module) if i.ours and i.at_run_time and i.name != module}
        for module in modules()
    }

    assert list(TopologicalSorter(graph).static_order())


def test_folders_are_only_folders() -> None:
    for path in PACKAGE.rglob("*/__init__.py"):
        assert path.read_text() == "", f"{path.relative_to(ROOT)} is to stay empty"
