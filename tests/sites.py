"""A small site under a real server, and its developer: saves files, asks, and reads what came of it."""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import dataclass
from textwrap import dedent
from typing import TYPE_CHECKING, Any

import httpx

from .pages import DEADLINE, HTML
from .servers import serving

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from .programs.running import Zygote

STEP = 0.01


@dataclass
class Site:
    """A served folder."""

    folder: Path
    log_path: Path
    client: httpx.Client

    @property
    def url(self) -> str:
        return str(self.client.base_url).rstrip("/")

    def log(self) -> str:
        return self.log_path.read_text(errors="replace")

    def get(self, path: str) -> str:
        """The text of an answer, which has to be good."""
        answer = self.client.get(path)
        assert answer.status_code == 200, answer.text
        return answer.text

    def page(self, path: str = "/") -> httpx.Response:
        """The answer to a browser that navigates there."""
        return self.client.get(path, headers=HTML)

    def write(self, name: str, text: str | bytes) -> None:
        """Save a file in one step, and wait for nothing: emptied and then filled, it could be seen as two saves."""
        path, aside = self.folder / name, self.folder.with_name(f"{self.folder.name}.aside")
        path.parent.mkdir(exist_ok=True)
        aside.write_bytes(text if isinstance(text, bytes) else dedent(text).lstrip("\n").encode())
        aside.replace(path)

    def replace(self, name: str, old: str, new: str) -> None:
        """Save a file with another text in place of that one, and wait for nothing."""
        text = (self.folder / name).read_text()
        assert old in text, text
        self.write(name, text.replace(old, new))

    def save(self, name: str, text: str | bytes) -> dict[str, Any]:
        """Save a file; what came of it, as the timeline tells."""
        before = self.newest()
        self.write(name, text)
        return self.next_after(before)

    def edit(self, name: str, old: str, new: str) -> dict[str, Any]:
        """Save a file with another text in place of that one; what came of it."""
        before = self.newest()
        self.replace(name, old, new)
        return self.next_after(before)

    def status(self) -> dict[str, Any]:
        status: dict[str, Any] = self.client.get("/__reload__/status").json()
        return status

    def newest(self) -> dict[str, Any] | None:
        """The newest entry of the timeline."""
        timeline = self.status()["timeline"]
        return timeline[0] if timeline else None

    def next_after(self, entry: dict[str, Any] | None) -> dict[str, Any]:
        """What came of the server's code in the entry that follows that one, with the steps that pages were told."""
        deadline = time.monotonic() + DEADLINE
        seen = 0 if entry is None else entry["at"]

        while time.monotonic() < deadline:
            later = [other for other in self.status()["timeline"] if other["at"] > seen]
            if later:
                return {**(later[-1]["python"] or {}), "steps": later[-1]["steps"]}
            time.sleep(STEP)

        raise AssertionError(f"nothing came of the save within {DEADLINE} s")

    def until(self, path: str, text: str, within: float = DEADLINE) -> None:
        """Ask until that is the answer."""
        deadline = time.monotonic() + within
        while (last := self.get(path)) != text:
            assert time.monotonic() < deadline, f"{path} still answers {last!r}"
            time.sleep(STEP)

    def until_nobody_watches(self, within: float = DEADLINE) -> None:
        """Wait for the server to notice that the last page has gone."""
        deadline = time.monotonic() + within
        while self.status()["watch"]["running"]:
            assert time.monotonic() < deadline, "the watcher still runs"
            time.sleep(STEP)


def make(folder: Path, files: Mapping[str, str]) -> Path:
    """Write a project."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text).lstrip("\n"))

    return folder


@contextmanager
def quickly_served(zygote: Zygote, folder: Path) -> Iterator[Site]:
    """Serve `main:app` of a folder with uvicorn; the watcher is at work."""
    with zygote.running(folder) as program:
        site = Site(folder, program.log, program.client)
        _wait_for_the_watcher(site)
        yield site


@contextmanager
def served_by(server: str, folder: Path, extra: Sequence[str] = (), *, waits: bool = True) -> Iterator[Site]:
    """Serve `main:app` of a folder with that server; the watcher is at work, unless nobody is to wait for it."""
    with serving(folder, server, extra=extra) as served, httpx.Client(base_url=served.url, timeout=30) as client:
        site = Site(folder, served.log_path, client)
        if waits:
            _wait_for_the_watcher(site)
        yield site


def _wait_for_the_watcher(site: Site) -> None:
    deadline = time.monotonic() + DEADLINE
    while not site.status()["watch"]["files"]:
        assert time.monotonic() < deadline, site.status()
        time.sleep(STEP)
