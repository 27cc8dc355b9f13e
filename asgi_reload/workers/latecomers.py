"""Modules of the project that are imported only after start-up: by the first request, as views often are."""

from __future__ import annotations

import sys
from pathlib import Path
from types import CodeType
from typing import TYPE_CHECKING

from ..engines.living import PYTHON
from ..engines.places import Places

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


class Latecomers:
    """Calls `on_code` when a file of the project is about to be executed, in whatever thread that is, from now on.

    An audit hook (PEP 578): it hears every `exec`, and most are of no file at all.
    """

    def __init__(self, directories: Sequence[Path], on_code: Callable[[Path], None]) -> None:
        self._places = Places(directories)
        self._on_code = on_code
        sys.addaudithook(self._hear)

    def _hear(self, event: str, args: tuple[object, ...]) -> None:
        if event == "exec" and isinstance(code := args[0], CodeType) and code.co_filename.endswith(PYTHON):
            self._note(Path(code.co_filename))

    def _note(self, file: Path) -> None:
        if self._places.hold(file):
            self._on_code(file)
