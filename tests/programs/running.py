"""A program of the table under real uvicorn: started, asked, saved over, compared."""

from __future__ import annotations

import filecmp
import json
import os
import shutil
import signal
import subprocess
import sys
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx

from tests.servers import clean_environment, free_port, wait_until_listening

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).parent
REPOSITORY = HERE.parent.parent
ENVIRONMENT = {"PYTHONPATH": f"{HERE / 'support'}:{REPOSITORY}", "PYTHONDONTWRITEBYTECODE": "1"}


@dataclass
class Program:
    """A served folder and a client that talks to it."""

    folder: Path
    log: Path
    client: httpx.Client

    def ask(self, path: str) -> tuple[int, str]:
        """Status and text of a GET, or of what `METHOD /path {json}` says."""
        method, _, rest = path.partition(" ") if path[0] != "/" else ("GET", "", path)
        url, _, body = rest.partition(" ")
        answer = self.client.request(method, url, content=body or None, headers={"content-type": "application/json"})
        return answer.status_code, answer.text

    def save(self, version: Path) -> dict[str, Any]:
        """Make the folder equal to another version of it, and have the engine apply what differs."""
        changes = [*overwrite(version, self.folder)]
        outcome: dict[str, Any] = self.client.post("/__test__/apply", json=changes).json()
        return outcome

    def fingerprint(self) -> dict[str, Any]:
        found: dict[str, Any] = self.client.post("/__test__/fingerprint", json=None).json()
        return found


class Zygote:
    """Forks servers from a process that has the libraries imported already.

    settle: seconds that requests may take to end before a save is applied; for a machine that is too busy for less.
    """

    def __init__(self, settle: float | None = None) -> None:
        settling = {} if settle is None else {"SETTLE_S": str(settle)}
        environment = clean_environment(ENVIRONMENT | settling)
        command = [sys.executable, str(HERE / "zygote.py")]
        self._process = subprocess.Popen(
            command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    @contextmanager
    def running(self, folder: Path) -> Iterator[Program]:
        """Serve `main:app` of a folder with uvicorn; killed at the end."""
        port, log = free_port(), folder.parent / f"{folder.name}.log"
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"folder": str(folder), "port": port, "log": str(log)}) + "\n")
        self._process.stdin.flush()
        child = int(self._process.stdout.readline())
        try:
            wait_until_listening(port)
            with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:
                yield Program(folder, log, client)
        except BaseException:
            sys.stderr.write(log.read_text(errors="replace") if log.exists() else "no log")
            raise
        finally:
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)

    def close(self) -> None:
        self._process.kill()
        self._process.communicate()


def overwrite(version: Path, folder: Path) -> Iterator[tuple[str, str]]:
    """Copy what differs, delete what is not there; yields path and kind of each change."""
    wanted = {path.relative_to(version) for path in version.rglob("*") if path.is_file()}
    present = {p.relative_to(folder) for p in folder.rglob("*") if p.is_file() and "__pycache__" not in p.parts}

    for name in sorted(wanted | present):
        if name not in wanted:
            (folder / name).unlink()
            yield str(folder / name), "deleted"
        elif name not in present or not filecmp.cmp(version / name, folder / name, shallow=False):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(version / name, folder / name)
            yield str(folder / name), "modified" if name in present else "added"
