"""Random walks: a drawn program is edited again and again while it is in use, and equals a fresh process each time.

Whatever is answered meanwhile is the whole answer of one version: that of a save that was done when it was asked for,
or of one that was under way before the answer came. RANDOM_EDITS says how many edits, for more than a few.
"""

from __future__ import annotations

import json
import os
import shutil
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from asgi_reload.engines.comparing import differences

from .edits import Author
from .kinds import KINDS
from .running import Program, Zygote, overwrite
from .traffic import Traffic
from .written import files

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from random import Random

    from .drawn import Version
    from .traffic import Answer

FEW = 24
EDITS = int(os.environ.get("RANDOM_EDITS", FEW))
EDITS_OF_A_WALK = 8
SETTLE_S = 10.0
PATHS = {"/mix": "/all", "/all": "/all", "/boot": "/boot"}  # what is asked for, and what it has to agree with


class Walk:
    """One program that runs, and what a fresh process said of each of its versions."""

    def __init__(self, zygote: Zygote, folder: Path, program: Program, version: Version) -> None:
        self._zygote = zygote
        self._folder = folder
        self.program = program
        self.version = version
        self.expected: list[dict[str, Any]] = []
        self._fresh: dict[str, Any] = {}
        self._mine: dict[str, Any] = {}
        self.visits = 0

    def begin(self) -> None:
        write(self._folder, self.version)
        self._compare_with_fresh()

    def save(self, version: Version, traffic: Traffic, *, one_by_one: bool) -> None:
        """Save a version, of a project that has been applied so far, and compare all with a fresh process."""
        self.version = version
        write(self._folder, version)
        if one_by_one:
            with traffic.paused(), traffic.saving():
                outcome = self._save_each()
        else:
            with traffic.saving():
                outcome = self.program.save(self._folder)

        assert (outcome["rung"] == "failed") == bool(version.broken), outcome
        assert outcome["rung"] != "refused", outcome
        with traffic.paused():
            if version.broken:
                self.expected.append(self.expected[-1])
            else:
                self._compare_with_fresh(outcome)

    def _save_each(self) -> dict[str, Any]:
        # Beginning with what failed before, and may be all there is.
        outcomes = [
            self.program.client.post("/__test__/apply", json=changes).json()
            for changes in ([], *([change] for change in overwrite(self._folder, self.program.folder)))
        ]
        last: dict[str, Any] = outcomes[-1]
        return last

    def _compare_with_fresh(self, outcome: object = None) -> None:
        paths = list(asks(self.version))
        with self._zygote.running(self._folder) as fresh:
            answers, fingerprint = {path: fresh.ask(path) for path in paths}, fresh.fingerprint()
        self.visits += 1
        assert self.program.ask("/visits") == (200, str(self.visits)), "the state of another module is gone"
        for path in paths:
            assert self.program.ask(path) == answers[path], (path, outcome)
        mine = self.program.fingerprint()
        if self._fresh:
            found = differences(self._mine, self._fresh, mine, fingerprint)
            assert found == [], (found, outcome)
        self._mine, self._fresh = mine, fingerprint
        self.expected.append({path: json.loads(answers[path][1]) for path in ("/all", "/boot")})

    def check(self, answers: list[Answer]) -> None:
        """Every answer is that of one version, whole."""
        for answer in answers:
            assert answer.status == 200, answer
            possible = self.expected[answer.done : answer.begun + 1]
            body = json.loads(answer.text)
            if answer.path == "/mix":
                assert body["before"] == body["after"], answer
                body = body["after"]
            assert body in [expected[PATHS[answer.path]] for expected in possible], answer


def asks(version: Version) -> Iterator[str]:
    yield from ("/all", "/boot", "/openapi.json")
    for module in version.modules:
        if module.has_routes:
            yield from (f"/{module.name}/{i.name}/{i.n}" for i in module.items if KINDS[i.kind].is_bound)


def write(folder: Path, version: Version) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    for name, text in files(version).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)


@pytest.fixture(scope="module")
def zygote() -> Iterator[Zygote]:
    forking = Zygote(settle=SETTLE_S)
    yield forking
    forking.close()


def take_a_walk(random: Random, zygote: Zygote, tmp_path: Path) -> None:
    author = Author(random)
    version = author.program()
    write(tmp_path / "project", version)

    with zygote.running(tmp_path / "project") as program:
        walk = Walk(zygote, tmp_path / "version", program, version)
        walk.begin()
        traffic = Traffic(int(program.client.base_url.port or 0), list(PATHS))
        try:
            for _ in range(EDITS_OF_A_WALK):
                version = author.edited(version)
                walk.save(version, traffic, one_by_one=random.random() < 0.1)
        finally:
            traffic.stop()
        walk.check(traffic.answers)


@settings(
    max_examples=max(1, EDITS // EDITS_OF_A_WALK),
    deadline=None,
    derandomize=EDITS == FEW,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(random=st.randoms(use_true_random=False))
@pytest.mark.timeout(7200)
def test_every_edit_equals_a_fresh_process_while_requests_go_on(random: Random, zygote: Zygote, tmp_path: Path) -> None:
    take_a_walk(random, zygote, tmp_path)
