"""A target as people write it: `[/mount=]module:attribute`, or a file in the module's place. Text only."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from ..errors import TargetError

MOUNTED: Final = re.compile(r"(?P<mount>/[^=:]*)=(?P<rest>.+)", re.DOTALL)
MOUNT: Final = re.compile(r"(?:/[\w.~-]+)*/?", re.ASCII)
NAME: Final = r"[^\W\d]\w*(?:\.[^\W\d]\w*)*"
FILE: Final = re.compile(rf"(?P<file>.+\.py)(?::(?P<path>{NAME}))?", re.DOTALL)
MODULE: Final = re.compile(rf"(?P<module>{NAME})(?::(?P<path>{NAME}))?")
FORMS: Final = "write it as main:app, main.py, main.py:app, or with a mount in front, /admin=admin.main:app"


@dataclass(frozen=True, slots=True)
class Written:
    """A target's parts: either `file` or `module`; `path`, the attribute's, may be empty."""

    text: str
    mount: str = ""
    file: str = ""
    module: str = ""
    path: str = ""


def read_target(text: str) -> Written:
    """Raises `TargetError` for what is no target."""
    mounted = MOUNTED.fullmatch(text)
    mount, rest = (mounted["mount"], mounted["rest"]) if mounted else ("", text)

    if not MOUNT.fullmatch(mount):
        raise TargetError("app", text, f"{mount} is no path to mount an app at; write one such as /admin")

    match = FILE.fullmatch(rest) or MODULE.fullmatch(rest)
    if match is None:
        raise TargetError("app", text, FORMS)

    return Written(text, mount.rstrip("/"), **match.groupdict(default=""))


def refuse_twice(targets: list[Written]) -> None:
    """Raise `TargetError` where two apps would answer the same paths."""
    taken: dict[str, str] = {}

    for target in targets:
        if target.mount in taken:
            where = target.mount or "/"
            raise TargetError(
                "app", target.text, f"{where} is taken by {taken[target.mount]}; mount one: /path={target.text}"
            )
        taken[target.mount] = target.text
