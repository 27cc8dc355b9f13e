"""Interpreters for as long as they do; processes from the moment in which something refuses, said once."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from .interpreters import Interpreters, why_no_interpreters
from .launching import ENTRY
from .preflight import explained
from .processes import Standby

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Mapping, Sequence

    from .launching import Launcher, Life

logger = logging.getLogger("asgi_reload")


class Isolated:
    """Launches interpreters, or processes where those cannot be. on_fallback: told why, once, in a sentence."""

    def __init__(self, entry: str = ENTRY, on_fallback: Callable[[str], object] = logger.warning) -> None:
        self._entry = entry
        self._on_fallback = on_fallback
        self._left: list[Launcher] = []
        self._present: Launcher = Interpreters(entry)
        self._why = ""

        if why := why_no_interpreters():
            self._fall_back(f"{why}; workers are processes instead.")

    @property
    def has_fallen_back(self) -> bool:
        return bool(self._why)

    async def launch(self, control: socket.socket, config: Mapping[str, Any]) -> Life:
        return await self._present.launch(control, config)

    async def warm_up(self, modules: Sequence[str]) -> None:
        await self._present.warm_up(modules)

    def refused(self, error: str) -> bool:
        if self.has_fallen_back or not (why := explained([error])):
            return False

        self._fall_back(why)
        return True

    def status(self) -> dict[str, Any]:
        return {**self._present.status(), "fallback": self._why}

    async def close(self) -> None:
        for launcher in (self._present, *self._left):
            await launcher.close()

    def _fall_back(self, why: str) -> None:
        # Lives in interpreters go on until they are replaced.
        self._left.append(self._present)
        self._present = Standby(self._entry)
        self._why = why
        self._on_fallback(why)
