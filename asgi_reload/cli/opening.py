"""The block that a start-up shows: what runs, where it answers, what is watched. Pure."""

from __future__ import annotations

import os
import platform
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from .. import __version__

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ..command import Command

MODES: Final = {
    "hot": "hot, a save changes the running app",
    "cold": "cold, a clean process for each save of Python",
    "isolated": "isolated, a clean interpreter for each save of Python",
}
MAX_ROOTS: Final = 5


def opening(
    command: Command, urls: Sequence[str], status: Mapping[str, Any], *, is_remote: bool, has_keys: bool
) -> Iterator[tuple[str, str]]:
    """Names and values. `status`: what the front says of its sites."""
    yield "version", f"{__version__}, Python {platform.python_version()}, pid {os.getpid()}"
    yield from url_rows(command, urls)
    yield (
        "mode",
        MODES[command.mode] + (", proved by a clean import" if command.mode == "hot" and command.audit else ""),
    )
    yield from _watched(status)

    if command.env_file is not None:
        yield "env file", _short(str(command.env_file))
    if is_remote:
        yield "pages", _who_may_open_pages(command)
    if has_keys:
        yield "keys", "h and Enter shows them"


def url_rows(command: Command, urls: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Every app at every address."""
    for site in command.sites:
        is_alone = len(command.sites) == 1 and not site.mount
        for url in urls:
            yield "url", url.rstrip("/") + site.mount + ("" if is_alone else f"  {site.target}")


def _watched(status: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for site in status.values():
        watch = site["watch"]
        roots = [root["path"] if root["path"] != "." else "the project" for root in watch["roots"]]
        more = f" and {len(roots) - MAX_ROOTS} more" if len(roots) > MAX_ROOTS else ""
        if watch["problem"]:
            yield "watching", f"nothing: {watch['problem']}"
        elif roots:
            yield (
                "watching",
                f"{', '.join(roots[:MAX_ROOTS])}{more}, {_files(watch['files'])}",
            )


def _who_may_open_pages(command: Command) -> str:
    hosts, peers = command.settings.allowed_hosts, command.settings.allowed_peers
    if not (hosts or peers):
        return "other machines get the app; saves and tracebacks only this one (see --allowed-hosts, --allowed-peers)"

    named = ", ".join((*hosts, *peers))
    return f"saves are told to this machine and to {named}; tracebacks only here"


def _short(path: str) -> str:
    """Relative to the working directory, where it lies there."""
    place, here = Path(path), Path.cwd()
    return str(place.relative_to(here)) if place.is_relative_to(here) else path


def _files(number: int) -> str:
    return "1 file" if number == 1 else f"{number} files"
