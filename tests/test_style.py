"""What the house asks for and no linter checks: sizes, and calls that have no place here."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MODULES = sorted((ROOT / "asgi_reload").rglob("*.py"))
SCRIPTS = sorted((ROOT / "asgi_reload" / "client").rglob("*.js"))
MAX_FILE = 250
MAX_FUNCTION = 40
# Sinks that turn a string into markup or code: refused by Trusted Types, and an opening for a project's own text.
SINKS = re.compile(
    r"\b(innerHTML|outerHTML)\s*\+?=[^=]|\binsertAdjacentHTML\b|\bdocument\.write|\beval\(|\bnew Function\b"
)


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def lines_of(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    docstring = ast.get_docstring(function, clean=False) or ""
    return (function.end_lineno or 0) - function.lineno + 1 - len(docstring.splitlines())


@pytest.mark.parametrize("path", [*MODULES, *SCRIPTS], ids=name)
def test_a_file_is_one_noun(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= MAX_FILE


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_a_function_fits_on_a_screen(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert lines_of(node) <= MAX_FUNCTION, f"{node.name} has {lines_of(node)} lines"


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_paths_are_compared_by_their_parts(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text())):
        match node:
            case ast.Call(func=ast.Attribute(attr="startswith", value=value)):
                assert "path" not in ast.unparse(value).lower(), f"line {node.lineno}: {ast.unparse(node)}"


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_input_is_checked_by_raising(path: Path) -> None:
    asserts = [node.lineno for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Assert)]
    assert not asserts, "an assert is gone under python -O"


@pytest.mark.parametrize("path", SCRIPTS, ids=name)
def test_no_string_becomes_markup_or_code(path: Path) -> None:
    assert not SINKS.search(path.read_text())
