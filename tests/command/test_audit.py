"""Edits in place are proved after the fact: a clean process imports the project, and takes over where they differ."""

from __future__ import annotations

import random
import shutil
from textwrap import dedent
from typing import TYPE_CHECKING

import pytest

from ..programs.running import ENVIRONMENT, Zygote, overwrite
from ..programs.test_programs import CASES, HERE, describe_case
from ..sites import make
from .commanded import LYING, Commanded, commanded
from .programs import SHOP

if TYPE_CHECKING:
    from pathlib import Path

SLOW = "import time\n\ntime.sleep(1)\n"
SEED = 7
LIES = 50


# What only start-up makes, and what Python keeps to itself, cannot be seen in a process that has only imported.
UNSEEN = ("lifespan", "codec")
EXECUTED = [name for name in CASES if describe_case(name)["rung"] == "re-execute"]
PROGRAMS = random.Random(SEED).sample([n for n in EXECUTED if not any(word in n for word in UNSEEN)], LIES)


def _audited(site: Commanded) -> None:
    site.until(lambda: site.workers["audit"]["compared"], "the first comparison")


def test_an_edit_in_place_is_proved_when_things_are_quiet(tmp_path: Path) -> None:
    with commanded(make(tmp_path / "shop", SHOP)) as site:
        _audited(site)
        pid = site.get("/pid")
        site.get("/hit")
        site.edit("prices.py", "coins", "euro")
        site.edit("main.py", 'Route("/hit", hit)', 'Route("/hits", hit)')

        site.until(lambda: site.workers["audit"]["agreed"], "the proof")

        assert site.status()["timeline"][0]["audit"] == []
        assert site.workers["audit"]["differed"] == 0
        assert site.get("/hits") == "1"
        assert site.get("/pid") == pid


def test_what_requests_have_changed_is_no_difference(tmp_path: Path) -> None:
    with commanded(make(tmp_path / "shop", SHOP)) as site:
        _audited(site)
        pid = site.get("/pid")
        for _ in range(3):
            site.get("/hit")
        site.edit("prices.py", "coins", "euro")
        site.get("/hit")

        site.until(lambda: site.workers["audit"]["agreed"], "the proof")

        assert site.get("/pid") == pid


def test_a_save_ends_an_audit(tmp_path: Path) -> None:
    slow = {**SHOP, "prices.py": SLOW + dedent(SHOP["prices.py"])}

    with commanded(make(tmp_path / "shop", slow)) as site:
        _audited(site)
        site.edit("prices.py", "coins", "euro")
        site.until(lambda: site.workers["all"] == 2, "the auditor")
        site.edit("prices.py", "euro", "pounds")

        assert site.workers["all"] == 1
        assert site.get("/price") == "1 pounds"
        site.until(lambda: site.workers["audit"]["agreed"], "the next audit")


def test_no_audit_means_none(tmp_path: Path) -> None:
    with commanded(make(tmp_path / "shop", SHOP), "--no-audit") as site:
        assert site.workers["audit"] is None


def test_an_audit_that_cannot_be_holds_up_no_save(tmp_path: Path) -> None:
    with commanded(make(tmp_path / "shop", {**SHOP, ".env": "A=1\n"}), "--env-file", ".env") as site:
        _audited(site)
        (site.folder / ".env").unlink()
        site.says("cannot be read")
        site.edit("prices.py", "coins", "euro")
        site.says("the edit is not proved")

        site.edit("prices.py", "euro", "pounds")
        assert site.get("/price") == "1 pounds"


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_lie_is_caught_and_the_next_answer_is_that_of_a_fresh_process(
    name: str, tmp_path: Path, zygote: Zygote
) -> None:
    case, folder, fresh = describe_case(name), tmp_path / "project", tmp_path / "fresh"
    shutil.copytree(HERE / name / "before", folder)
    shutil.copytree(HERE / name / "after", fresh)
    with zygote.running(fresh) as program:
        expected = [program.ask(ask) for ask in case.get("asks", ["/"])]

    with commanded(folder, server=LYING, env=ENVIRONMENT) as site:
        _audited(site)
        for ask in case.get("first", ()):
            site.ask(ask)
        list(overwrite(HERE / name / "after", folder))
        site.until(lambda: site.workers["audit"]["agreed"] + site.workers["audit"]["differed"], "a verdict")
        site.until(lambda: not site.workers["coming"], "the clean worker")

        assert [site.ask(ask) for ask in case.get("asks", ["/"])] == expected
