"""Python's debugger, on a terminal that it has only while it waits for a command."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from pdb import Pdb
from typing import TYPE_CHECKING, Any, TextIO

from .foreground import TERMINAL

if TYPE_CHECKING:
    from types import FrameType

    from .foreground import Terminal


class Debugger(Pdb):
    """Python's debugger, with the terminal while it waits for a command."""

    def __init__(self, terminal: Terminal, *, skip: list[str]) -> None:
        super().__init__(*_streams(), skip=skip)
        self._terminal = terminal

    def interaction(self, frame: FrameType | None, *args: Any) -> None:
        # From Python 3.14 on the first stop is where set_trace() was called, skipped or not.
        if frame is not None and self.is_skipped_module(frame.f_globals["__name__"]):
            return

        with self._terminal.taken():
            super().interaction(frame, *args)


def _streams() -> tuple[str, TextIO | None, TextIO | None]:
    """The completion key, and what to read from and write to: None where that is the terminal already."""
    if sys.stdin is not None and os.isatty(0) and os.isatty(1):
        return "tab", None, None

    return "tab", Path(TERMINAL).open(encoding="utf-8"), Path(TERMINAL).open("w", encoding="utf-8")
