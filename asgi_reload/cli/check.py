"""`asgi-reload check`: a process that imports the app and runs its lifespan, within a time; and its verdict."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

from .. import parsers
from ..env_file import read_env_file
from ..folding import folded
from ..printable import printable

if TYPE_CHECKING:
    from ..command import Command, SiteOptions
    from .output import Screen

CHILD: Final = "asgi_reload.cli.checking"
FINE, FAILED, REFUSED = 0, 1, 2


def check_app(command: Command, timeout: str | None, screen: Screen) -> int:
    """Check every app of the command; the worst verdict. `timeout`: seconds for each, as they were written."""
    seconds = 30 if timeout is None else parsers.seconds(timeout, "--timeout")
    return max(_check(command, site, seconds, screen) for site in command.sites)


def _check(command: Command, site: SiteOptions, seconds: int, screen: Screen) -> int:
    with TemporaryDirectory(prefix="asgi-reload-") as folder:
        findings = Path(folder) / "findings.json"
        order = {
            "target": site.target,
            "factory": command.factory,
            "app_dir": str(command.app_dir),
            "findings": str(findings),
        }
        ended = _run(order, command, seconds)
        if ended is None:
            screen.line(f"{site.target} was not done after {seconds} s", "bold red")
            return FAILED
        if not findings.is_file():
            screen.line(f"{site.target} ended its process: {_ending(ended)}", "bold red")
            return FAILED
        return _tell(json.loads(findings.read_text(encoding="utf-8")), site.target, screen)


def _run(order: dict[str, Any], command: Command, seconds: int) -> int | None:
    """The exit code, None if the time was up; then all that the app has started is killed with it."""
    # Nothing is watched, and the sum of both environments is what a worker would have.
    from_file = read_env_file(command.env_file) if command.env_file else {}
    child = subprocess.Popen(
        [sys.executable, "-m", CHILD, json.dumps(order)],
        cwd=command.directory,
        env={**from_file, **os.environ, "ASGI_RELOAD": "0"},
        process_group=0 if os.name == "posix" else None,
    )

    try:
        return child.wait(seconds)
    except subprocess.TimeoutExpired:
        return None
    finally:
        _end(child)


def _end(child: subprocess.Popen[bytes]) -> None:
    if child.poll() is None and os.name == "posix":
        os.killpg(child.pid, signal.SIGKILL)
    elif child.poll() is None:
        child.kill()
    child.wait()


def _tell(found: dict[str, Any], target: str, screen: Screen) -> int:
    if "refused" in found:
        screen.line(printable(found["refused"], 1000), "bold red")
        return REFUSED

    if "failure" in found:
        where = f" ({found['detail']})" if found["detail"] else ""
        screen.line(f"{target} fails: {found['failure']}{where}\n{folded(found['traceback'])}", "bold red")
        return FAILED

    routes = "" if found["routes"] is None else f", {found['routes']} routes"
    lifespan = "no lifespan" if found["lifespan_ms"] is None else f"lifespan ok in {found['lifespan_ms']:.0f} ms"
    screen.line(f"{target} is fine: imported in {found['import_ms']:.0f} ms{routes}, {lifespan}", "green")
    return FINE


def _ending(code: int) -> str:
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
