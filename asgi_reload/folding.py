"""A traceback for a terminal: the user's own frames, and of all others how many there are, and whose. Text only."""

from __future__ import annotations

import re
import sysconfig
from itertools import groupby
from pathlib import PurePath
from typing import TYPE_CHECKING, Final

from .project import INSTALLED, OURS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

FRAME: Final = re.compile(r'^[ |+-]*File "(?P<file>[^"]*)", line \d+')
KEPT: Final = 1
"""Frames in a row that are no trouble to read."""


def folded(traceback: str) -> str:
    """The traceback, with frames of libraries and of Python itself told in a line; the last frame always stays."""
    blocks = list(_blocks(traceback.splitlines()))
    last = max((number for number, block in enumerate(blocks) if _file_of(block)), default=-1)
    numbered = list(enumerate(blocks))
    lines: list[str] = []

    for is_theirs, run in groupby(numbered, lambda pair: pair[0] != last and _is_theirs(_file_of(pair[1]))):
        group = [block for _, block in run]
        if is_theirs and len(group) > KEPT:
            lines.append(f"  … {len(group)} frames of {', '.join(_owners(group))}")
        else:
            lines += [line for block in group for line in block]
    return "\n".join(lines)


def owner_of(file: str) -> str:
    """The library that a file belongs to, or "Python"; empty for the user's own."""
    return _owner(PurePath(file)) if _is_theirs(file) else ""


def _blocks(lines: Iterable[str]) -> Iterator[list[str]]:
    """A frame with what is indented below it; any other line by itself."""
    block: list[str] = []

    for line in lines:
        if block and FRAME.match(block[0]) and line[:4] == "    ":
            block.append(line)
            continue
        if block:
            yield block
        block = [line]
    if block:
        yield block


def _file_of(block: Sequence[str]) -> str:
    found = FRAME.match(block[0])
    return found["file"] if found else ""


def _is_theirs(file: str) -> bool:
    if not file:
        return False

    path = PurePath(file)
    is_installed = bool(INSTALLED & set(path.parts)) or path.is_relative_to(OURS)
    return is_installed or path.is_relative_to(_standard()) or file[:8] == "<frozen "


def _owners(group: Iterable[Sequence[str]]) -> list[str]:
    return list(dict.fromkeys(_owner(PurePath(_file_of(block))) for block in group))


def _owner(path: PurePath) -> str:
    """The package that a file belongs to."""
    if path.is_relative_to(OURS):
        return OURS.name
    places = [number for number, part in enumerate(path.parts) if part in INSTALLED]
    return PurePath(path.parts[places[-1] + 1]).stem if places else "Python"


def _standard() -> str:
    return sysconfig.get_path("stdlib")
