"""A server process of an app that is replayed: started, asked, saved over, described."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx

from tests.servers import clean_environment, free_port, kill_group, wait_until_listening

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from asgi_reload.engines.fingerprint import Fingerprint

REPOSITORY = Path(__file__).parent.parent
SUPPORT = REPOSITORY / "tests" / "programs" / "support"
COMMAND = [sys.executable, *["-m", "uvicorn", "main:app", "--host", "127.0.0.1"]]
TIMEOUT_S = 60.0
MAX_PATHS = 60
HEADERS = {"host": "replayed"}  # an answer may tell the host, and the port is another one each time


class CannotStart(Exception):
    """The app does not start; the message is the last line of what it printed."""


class Process:
    """`uvicorn main:app` in a folder."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        port = free_port()
        self._log = folder.parent / f"server-{port}.log"
        path = {"PYTHONPATH": f"{SUPPORT}:{REPOSITORY}", "PYTHONDONTWRITEBYTECODE": "1", "PYTHONHASHSEED": "0"}
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [*COMMAND, "--port", str(port)],
                cwd=folder,
                env=clean_environment({**path, **environment}),
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        try:
            wait_until_listening(port, self._process)
        except (RuntimeError, TimeoutError) as error:
            self.close()
            raise CannotStart(self.last_line()) from error
        # A server closes connections that are idle, or whose request raised; that is nothing to look at here.
        limits = httpx.Limits(max_keepalive_connections=0)
        self._client = httpx.Client(
            base_url=f"http://127.0.0.1:{port}", timeout=TIMEOUT_S, limits=limits, headers=HEADERS
        )

    def last_line(self) -> str:
        lines = self._log.read_text(errors="replace").strip().splitlines()
        return lines[-1] if lines else "it printed nothing"

    def apply(self, changes: Iterable[tuple[str, str]]) -> dict[str, Any]:
        """Have the engine apply what was changed; rung `died` if it did not survive that."""
        try:
            outcome: dict[str, Any] = self._client.post("/__test__/apply", json=list(changes)).json()
        except (httpx.HTTPError, ValueError) as error:
            return {"rung": "died", "reason": f"{error!r}: {self.last_line()}"}
        return outcome

    def observe(self, paths: Iterable[str], left: Collection[str] | None = None) -> Fingerprint:
        """The fingerprint, and the answers to GETs; `left`: to all that the OpenAPI document offers, but for these."""
        fingerprint: Fingerprint = self._client.post("/__test__/fingerprint", json=None).json()
        described = (fingerprint["openapi"] or {}).get("paths", {}) if left is not None else {}
        offered = [
            path for path, item in described.items() if "get" in item and "{" not in path and path not in (left or ())
        ]
        return {**fingerprint, "answers": self.answers([*paths, *offered[:MAX_PATHS]])}

    def answers(self, paths: Iterable[str]) -> dict[str, list[object]]:
        return {path: self._answer(path) for path in dict.fromkeys(paths)}

    def _answer(self, path: str) -> list[object]:
        try:
            answer = self._client.get(path)
        except httpx.HTTPError as error:
            return [type(error).__name__, ""]
        return [answer.status_code, answer.text]

    def close(self) -> None:
        kill_group(self._process)
