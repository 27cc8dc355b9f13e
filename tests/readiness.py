"""When a server's watcher knows the files, so that the next save is a change to it."""

from __future__ import annotations

import time

import httpx

from .pages import DEADLINE


def wait_until_watching(url: str) -> None:
    """Where a server runs no lifespan, watching begins with the first page that connects; a walk takes its time."""
    deadline = time.monotonic() + DEADLINE

    while httpx.get(f"{url}/__reload__/status").json()["watch"]["files"] == 0:
        if time.monotonic() > deadline:
            raise TimeoutError(f"nothing is watched after {DEADLINE} s")
