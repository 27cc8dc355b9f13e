"""Every program of the table: saved over while it runs, it equals a fresh process, by the rung that it should take.

A case is a folder with `before/`, `after/` and a `case.toml`:
    rung     nothing, patch, re-execute, refused or failed
    asks     what is asked of both processes afterwards, and has to be answered alike
    first    what is asked before the save (default: `asks`)
    counter  a URL whose answer counts up; it has to go on counting where it was
    modules  the modules that may be executed anew, where it matters that others are not
    reason   a part of what is said about it
    blind    Python versions that cannot tell that a body did not run: there it may be `re-execute`, and state may go
"""

from __future__ import annotations

import json
import shutil
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from asgi_reload.engines.comparing import differences

from .running import Zygote

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).parent
CASES = sorted(path.parent.name for path in HERE.glob("*/case.toml"))


def describe_case(name: str) -> dict[str, Any]:
    return tomllib.loads((HERE / name / "case.toml").read_text())


def version_of_python() -> str:
    return ".".join(map(str, sys.version_info[:2]))


@pytest.fixture(scope="module")
def zygote() -> Iterator[Zygote]:
    forking = Zygote()
    yield forking
    forking.close()


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    target = tmp_path / "project"
    yield target


@pytest.mark.parametrize("name", CASES)
def test_a_save_equals_a_fresh_process(name: str, folder: Path, zygote: Zygote) -> None:
    case = describe_case(name)
    asks = case.get("asks", ["/"])
    version = "after" if case["rung"] not in {"refused", "failed"} else "before"
    shutil.copytree(HERE / name / "before", folder)

    with zygote.running(folder) as program:
        fresh_before = program.fingerprint()
        for ask in case.get("first", asks):
            program.ask(ask)
        counted = [program.ask(case["counter"])[1] for _ in range(3)][-1] if "counter" in case else None
        before = program.fingerprint()
        outcome = program.save(HERE / name / "after")
        is_careful = version_of_python() in case.get("blind", ()) and outcome["rung"] == "re-execute"
        assert is_careful or outcome["rung"] == case["rung"], outcome
        if "modules" in case:
            assert sorted(outcome["modules"]) == sorted(case["modules"]), outcome
        if "reason" in case:
            assert case["reason"] in json.dumps(outcome)
        after = program.fingerprint()
        answers = [program.ask(ask) for ask in asks]
        if counted is not None and not is_careful:
            assert int(program.ask(case["counter"])[1]) == int(counted) + 1, "the counter began anew"

    shutil.rmtree(folder)
    shutil.copytree(HERE / name / version, folder)
    with zygote.running(folder) as program:
        fresh_after = program.fingerprint()
        expected = [program.ask(ask) for ask in asks]

    assert answers == expected
    assert differences(before, fresh_before, after, fresh_after) == []
