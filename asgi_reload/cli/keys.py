"""Keys on the terminal, line by line: a letter, then Enter. They step aside while somebody else has the terminal."""

from __future__ import annotations

import asyncio
import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from ..foreground import give

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

MAX_LINE: Final = 1024
ASIDE_S: Final = 0.2
"""Between two looks at who has the terminal."""
QUIT: Final = "q"


def has_terminal() -> bool:
    """Does a person read and type here? In CI, in a container and behind a pipe nobody does."""
    return hasattr(os, "tcgetpgrp") and sys.stdin is not None and os.isatty(0) and sys.stderr.isatty()


class Keys:
    """Calls what belongs to a key. `on_other`: for a line that is no key."""

    def __init__(self, keys: Mapping[str, Callable[[], None]], on_other: Callable[[], None]) -> None:
        self._keys = keys
        self._on_other = on_other
        self._line = asyncio.Event()
        self._gone = False

    async def run(self) -> None:
        """Read until cancelled, or until the terminal is gone."""
        saved = _attributes()

        while not self._gone:
            if not _is_ours(saved):
                await asyncio.sleep(ASIDE_S)
                continue
            with self._listening():
                try:
                    await asyncio.wait_for(self._line.wait(), ASIDE_S)
                except TimeoutError:
                    continue  # a worker's debugger may have taken the terminal meanwhile
            self._line.clear()

    @contextmanager
    def _listening(self) -> Iterator[None]:
        loop = asyncio.get_running_loop()
        loop.add_reader(0, self._read)
        try:
            yield
        finally:
            loop.remove_reader(0)

    def _read(self) -> None:
        self._line.set()
        try:
            # To read in the background would stop us (SIGTTIN).
            if os.tcgetpgrp(0) != os.getpgrp():
                return
            line = os.read(0, MAX_LINE)
        except OSError:
            self._gone = True
            return

        for word in line.decode(errors="replace").splitlines() if line else [QUIT]:
            self._press(word.strip().lower())

    def _press(self, word: str) -> None:
        if word in self._keys:
            self._keys[word]()
        elif word:
            self._on_other()


def _is_ours(attributes: object) -> bool:
    """Are we the foreground? If whoever took the terminal has died with it, we take it back, as it was."""
    try:
        group = os.tcgetpgrp(0)
        if group == os.getpgrp():
            return True
        if _is_alive(group):
            return False
        give(0, os.getpgrp())
        _restore(attributes)
    except OSError:
        return False

    return True


def _is_alive(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass

    return True


def _attributes() -> object:
    import termios

    try:
        return termios.tcgetattr(0)
    except termios.error:
        return None


def _restore(attributes: object) -> None:
    import termios

    if isinstance(attributes, list):
        termios.tcsetattr(0, termios.TCSADRAIN, attributes)
