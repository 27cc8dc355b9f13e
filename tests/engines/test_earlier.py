"""What stands in a file as it stood before is not read again, and comes to the same."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from asgi_reload.engines.source import parse

if TYPE_CHECKING:
    from asgi_reload.engines.source import Source

PROGRAMS = Path(__file__).parent.parent / "programs"
EDITED = sorted(
    str(path.relative_to(PROGRAMS))
    for path in PROGRAMS.glob("*/before/**/*.py")
    if (PROGRAMS / str(path.relative_to(PROGRAMS)).replace("before", "after", 1)).exists()
)


def facts(source: Source) -> list[dict[str, Any]]:
    found = [asdict(statement) for statement in source.statements]
    return [{**each, "node": each["node"].lineno, "bodies": [_body(body) for body in each["bodies"]]} for each in found]


def _body(body: dict[str, Any]) -> dict[str, Any]:
    code = body["code"]
    return {**body, "line": None if code is None else code.co_firstlineno}


@pytest.mark.parametrize("name", EDITED)
def test_a_version_read_beside_an_earlier_one_says_what_it_says_alone(name: str) -> None:
    try:
        earlier = parse("module", (PROGRAMS / name).read_bytes(), name)
        text = (PROGRAMS / name.replace("before", "after", 1)).read_bytes()
        alone = parse("module", text, name)
    except SyntaxError:
        pytest.skip("no Python on purpose")

    assert facts(parse("module", text, name, earlier=earlier)) == facts(alone)


def test_two_statements_on_a_line_are_not_taken_for_each_other() -> None:
    earlier = parse("module", b"f = lambda: 1; g = lambda: 2\n", "module.py")
    text = b"import json\ng = lambda: 2; f = lambda: 1\n"
    assert facts(parse("module", text, "module.py", earlier=earlier)) == facts(parse("module", text, "module.py"))


def test_a_first_string_that_is_first_no_more_is_no_docstring() -> None:
    earlier = parse("module", b'"words"\n', "module.py")
    text = b'import json\n"words"\n'
    assert "__doc__" in earlier.statements[0].binds
    assert "__doc__" not in parse("module", text, "module.py", earlier=earlier).statements[1].binds


def test_a_file_in_another_encoding_is_read_anew() -> None:
    earlier = parse("module", 'text = "ä"\n'.encode(), "module.py")
    text = b"# coding: latin-1\n" + 'text = "ä"\n'.encode()
    assert facts(parse("module", text, "module.py", earlier=earlier)) == facts(parse("module", text, "module.py"))
