"""Real commits, one after another, onto a running process; after each it is compared with a fresh one.

Takes a git directory (bare will do), and checks its last commits that touched Python out into a folder that a server is
running on. A commit is applied as one save. Then a fresh process is started on the same folder: routes, OpenAPI
document, answers and fingerprint of both must agree wherever they agreed before. To be run with the Python of an
environment that has what the app imports:

    python -m benchmarks.replay REPOSITORY.git --app server.main:app --under server --ask / --set DEBUG=1

A commit that a fresh process does not start on must fail here too, and is not counted otherwise. After a commit that
was refused, or went wrong, the process is started anew, and the walk goes on.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field
from os.path import commonprefix
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from asgi_reload.engines.comparing import differences

from .harness import headline, median
from .history import History
from .replayed import CannotStart, Process

if TYPE_CHECKING:
    from collections.abc import Mapping

    from asgi_reload.engines.fingerprint import Fingerprint

Verdict: TypeAlias = Literal["equal", "unequal", "refused", "failed", "broken"]
MAX_SHOWN = 8
SHOWN_LINES = 6  # of a traceback


@dataclass(frozen=True)
class Step:
    """What came of one commit. `broken`: a fresh process does not start on it, and we did not apply it."""

    title: str
    verdict: Verdict
    rung: str
    reason: str
    ms: float
    wrong: list[str] = field(default_factory=list)


@dataclass
class Walk:
    """A process that lives through the commits, and what is known of it and of its fresh twin."""

    folder: Path
    asks: list[str]
    environment: Mapping[str, str]
    left: list[str] = field(default_factory=list)
    live: Process | None = None
    before: Fingerprint = field(default_factory=dict)
    fresh_before: Fingerprint = field(default_factory=dict)

    def restart(self) -> bool:
        """Start anew on what is in the folder; False if that does not start."""
        self.close()
        try:
            self.live = Process(self.folder, self.environment)
            self.fresh_before = self._fresh()
        except CannotStart:
            self.close()
            return False

        self.live.answers(self._paths(self.fresh_before))
        self.before = self.live.observe(self._paths(self.fresh_before))
        return True

    def close(self) -> None:
        if self.live is not None:
            self.live.close()
        self.live = None

    def step(self, title: str, changes: list[tuple[str, str]]) -> Step:
        """Apply one commit to the living process, and compare."""
        if self.live is None:
            raise RuntimeError("no process is running")
        outcome = self.live.apply(changes)
        rung, reason, ms = outcome["rung"], _reason(outcome), sum((outcome.get("ms") or {}).values())
        was_applied = rung not in {"refused", "failed", "died"}
        try:
            fresh = self._fresh()
        except CannotStart as error:
            verdict: Verdict = "unequal" if was_applied else "broken"
            wrong = [f"a fresh process does not start: {error}"] if was_applied else []
            return Step(title, verdict, rung, reason or str(error), ms, wrong)

        if rung == "refused":
            return Step(title, "refused", rung, reason, ms)
        if not was_applied:
            return Step(title, "failed", rung, reason, ms, ["a fresh process starts", *_last_lines(outcome)])
        wrong = self._compare(fresh)
        return Step(title, "unequal" if wrong else "equal", rung, reason, ms, wrong)

    def _compare(self, fresh: Fingerprint) -> list[str]:
        live = self.live
        if live is None:
            return []

        paths = self._paths(fresh)
        after = live.observe(paths)
        wrong = differences(self.before, self.fresh_before, after, fresh)
        if wrong:  # what two fresh processes do not agree about says nothing
            wrong = [w for w in wrong if w in differences({}, {}, after, self._fresh())]
        self.before, self.fresh_before = live.observe(paths), fresh
        return [*wrong, *_answers_apart(after, fresh, wrong)]

    def _fresh(self) -> Fingerprint:
        process = Process(self.folder, self.environment)
        try:
            return process.observe(self.asks, self.left)
        finally:
            process.close()

    def _paths(self, fresh: Fingerprint) -> list[str]:
        return list(fresh["answers"])


def _answers_apart(mine: Fingerprint, theirs: Fingerprint, wrong: list[str]) -> list[str]:
    """Where long answers part, for those that are wrong."""
    shown = []
    for path, (_, text) in mine["answers"].items():
        other = theirs["answers"].get(path, [0, ""])[1]
        if any(line.startswith(f"answers.{path}: ") for line in wrong):
            at = max(len(commonprefix([text, other])) - 40, 0)
            shown.append(f"{path}: …{text[at : at + 120]!r}, expected …{other[at : at + 120]!r}")
    return shown


def _last_lines(outcome: dict[str, Any]) -> list[str]:
    return str(outcome.get("traceback", "")).splitlines()[-SHOWN_LINES:]


def _reason(outcome: dict[str, Any]) -> str:
    return str(outcome.get("reason") or outcome.get("title") or "")


def replay(history: History, walk: Walk, commits: list[str], main: str) -> list[Step]:
    """Walk the commits; the steps from the first on which the app starts."""
    steps: list[Step] = []
    pending: dict[str, str] = {}

    for commit in commits:
        pending |= dict(history.check_out(commit))
        (walk.folder / "main.py").write_text(main)
        if walk.live is None:
            started = walk.restart()
            print(f"{'start' if started else 'broken':8} {'':17}  {history.title(commit):.90}", flush=True)
            pending.clear()
            continue

        step = walk.step(history.title(commit), list(pending.items()))
        steps.append(step)
        show(step)
        if step.verdict != "broken":
            pending.clear()
        if step.verdict in {"refused", "failed", "unequal"}:
            walk.restart()
    walk.close()
    return steps


def show(step: Step) -> None:
    print(f"{step.verdict:8} {step.rung:10} {step.ms:6.0f} ms  {step.title:.90}  [{step.reason:.160}]", flush=True)
    for line in step.wrong[:MAX_SHOWN]:
        print(f"         {line}", flush=True)
    if len(step.wrong) > MAX_SHOWN:
        print(f"         … and {len(step.wrong) - MAX_SHOWN} more")


def report(steps: list[Step]) -> None:
    """How many of each kind, by which rung, and why some were refused."""
    verdicts = Counter(step.verdict for step in steps)
    print(f"\n{len(steps)} commits: " + ", ".join(f"{count} {verdict}" for verdict, count in verdicts.most_common()))

    for rung, count in Counter(step.rung for step in steps if step.verdict == "equal").most_common():
        ms = median([step.ms for step in steps if step.verdict == "equal" and step.rung == rung])
        print(f"  equal by {rung:12} {count:4}   {ms:6.0f} ms (median)")
    for reason, count in Counter(step.reason for step in steps if step.verdict == "refused").most_common():
        print(f"  refused {count:4}   {reason:.150}")


def options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks.replay")
    parser.add_argument("git_dir", type=Path)
    parser.add_argument("--app", help="import string of the app")
    parser.add_argument("--main", type=Path, help="a file that binds `app`, where an import string does not do")
    parser.add_argument("--under", default="", help="only commits that touched Python in this directory")
    parser.add_argument("--root", default="", help="the directory of the repository to serve from")
    parser.add_argument("--ask", action="append", default=[], help="a path to get from both processes")
    parser.add_argument("--leave", action="append", default=[], help="a path of the OpenAPI document not to get")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="a variable for the processes")
    parser.add_argument("--commits", type=int, default=100)
    parser.add_argument("--until", default="HEAD", help="the last commit")
    return parser.parse_args(arguments)


def main(*arguments: str) -> None:
    chosen = options(list(arguments))
    module, _, attribute = (chosen.app or "").partition(":")
    bound = chosen.main.read_text() if chosen.main else f"from {module} import {attribute} as app\n"
    wrapped = f"{bound}\nfrom reloading import ReloadMiddleware\n\napp = ReloadMiddleware(app)\n"

    with ExitStack() as stack:
        top = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="asgi-reload-"))) / "work"
        folder = top / chosen.root
        folder.mkdir(parents=True)
        history = History(chosen.git_dir, top)
        walk = Walk(folder, chosen.ask or ["/"], dict(pair.split("=", 1) for pair in chosen.set), chosen.leave)
        stack.callback(walk.close)
        print(headline(f"Commits of {chosen.git_dir.parent.name}, replayed onto a running process"))
        report(replay(history, walk, history.commits(chosen.commits, chosen.under, chosen.until), wrapped))


if __name__ == "__main__":
    main(*sys.argv[1:])
