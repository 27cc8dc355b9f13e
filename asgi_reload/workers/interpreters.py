"""Workers that are subinterpreters (Python 3.14, PEP 734), all in one process that is not the front's."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING, Any, Final

from ..errors import PeerGone
from .hosts import Host
from .launching import ENTRY
from .preflight import explained
from .tending import Tended

if TYPE_CHECKING:
    import socket
    from collections.abc import Mapping, Sequence

    from .launching import Life

SINCE: Final = (3, 14)
WARM_UP_S: Final = 120.0
MAX_LIVES: Final = 16
"""Of one process: an interpreter that has ended leaves some 15 MB behind (CPython 3.14)."""


def why_no_interpreters() -> str:
    """Why this Python cannot do it; empty if it can."""
    if sys.version_info < SINCE:
        return f"interpreters need Python 3.14 or newer, this is {sys.version_info.major}.{sys.version_info.minor}"

    return ""


class Interpreters:
    """A fresh interpreter for each life, the next one made ahead, with what it needs imported."""

    def __init__(self, entry: str = ENTRY) -> None:
        self._hosts = Tended(lambda family: Host(entry, family), self._over)
        self._host: Host | None = None
        self._wanted: tuple[str, ...] | None = None
        self._warming: asyncio.Task[None] | None = None
        self._failed: dict[str, str] = {}
        self._ahead = 0  # modules that an interpreter has been seen to import
        self._trouble = ""

    async def launch(self, control: socket.socket, config: Mapping[str, Any]) -> Life:
        with control:
            is_new = self._host is None or not self._host.takes_more
            host = self._present()
            life = host.launch(control.dup(), config)

        # The next one is in another process then, which is made ready for it now; this one ends with its last life.
        host.takes_more = host.takes_more and host.launched < MAX_LIVES
        if (is_new or not host.takes_more) and self._wanted is not None:
            self._warm(self._wanted)
        return life

    async def warm_up(self, modules: Sequence[str]) -> None:
        wanted = tuple(modules)
        if wanted != self._wanted or self._warming is None:
            self._wanted = wanted
            self._warm(wanted)

        if self._warming is not None:
            await asyncio.wait({self._warming})

    async def preflight(self, modules: Sequence[str]) -> str:
        """Why a project that uses these modules cannot live in an interpreter, as a sentence; empty if it can."""
        try:
            async with asyncio.timeout(WARM_UP_S):
                return explained((await self._present().try_imports(modules)).values())
        except PeerGone:
            return "The process of the interpreters did not survive the imports."
        except TimeoutError:
            return f"The imports were not done after {WARM_UP_S:g} s."

    def refused(self, error: str) -> bool:
        return False

    def status(self) -> dict[str, Any]:
        return {
            "kind": "interpreters",
            "pid": self._host.life.pid if self._host else None,
            "modules": self._ahead,
            "failed": self._failed,
            "why": "",
            "trouble": self._trouble,
        }

    async def close(self) -> None:
        self._wanted = None
        if self._warming is not None:
            self._warming.cancel()
            await asyncio.wait({self._warming})

        await self._hosts.close()

    def _present(self) -> Host:
        if self._host is None or not self._host.takes_more:
            self._host = self._hosts.start()

        return self._host

    def _warm(self, modules: Sequence[str]) -> None:
        if self._warming is not None:
            self._warming.cancel()

        self._warming = asyncio.create_task(self._warmed(self._present(), modules))

    async def _warmed(self, host: Host, modules: Sequence[str]) -> None:
        try:
            async with asyncio.timeout(WARM_UP_S):
                self._failed = await host.prepare(modules)
            self._ahead = max(0, len(modules) - len(self._failed))
            self._trouble = ""
        except PeerGone:
            self._trouble = f"an import ended the process: {(await host.life.ended()).in_words}"
        except TimeoutError:
            self._trouble = f"the next interpreter was not ready after {WARM_UP_S:g} s"

    def _over(self, host: Host) -> None:
        if host is self._host:
            self._host = None
