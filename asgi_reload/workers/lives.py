"""Lives that are processes: each leads its own process group, and what is left of that group ends with it."""

from __future__ import annotations

import asyncio
import os
import signal
from contextlib import suppress
from typing import TYPE_CHECKING

from .endings import Unknown, ending

if TYPE_CHECKING:
    from .endings import Ending


class GroupLife:
    """A process group, from the birth of its leader to its end, which somebody tells by `end`."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self._asked: set[str] = set()
        self._ended: asyncio.Future[Ending] = asyncio.get_running_loop().create_future()

    async def ended(self) -> Ending:
        return await asyncio.shield(self._ended)

    def terminate(self) -> None:
        self._signal(signal.SIGTERM)

    def kill(self) -> None:
        self._signal(signal.SIGKILL)

    @property
    def has_ended(self) -> bool:
        return self._ended.done()

    def end(self, code: int | None, reason: str = "nobody saw how") -> None:
        """It has ended. code: as `subprocess` has it; None where nobody knows."""
        if not self._ended.done():
            how = Unknown(reason) if code is None else ending(code, frozenset(self._asked))
            self._ended.set_result(how)

    def _signal(self, number: signal.Signals) -> None:
        if not self._ended.done():
            self._asked.add(number.name)
            kill_group(self.pid, number)


class ForkedLife(GroupLife):
    """A process that the standby has forked, and whose end the standby tells as long as it lives itself."""

    def __init__(self, pid: int) -> None:
        super().__init__(pid)
        try:
            self._descriptor = os.pidfd_open(pid)
        except OSError:
            # It has ended, and its number is free: the standby is about to say how.
            self._descriptor = -1

    def end(self, code: int | None, reason: str = "nobody saw how") -> None:
        super().end(code, reason)
        self._close()

    def watch(self) -> None:
        """Notice its end without the standby, which has gone."""
        if self._descriptor < 0:
            self.end(None, "its standby ended too")
        else:
            asyncio.get_running_loop().add_reader(self._descriptor, self._alone)

    def _alone(self) -> None:
        kill_group(self.pid, signal.SIGKILL)
        self.end(None, "its standby had ended before")

    def _close(self) -> None:
        if self._descriptor >= 0:
            asyncio.get_running_loop().remove_reader(self._descriptor)
            os.close(self._descriptor)
            self._descriptor = -1


def kill_group(pid: int, number: signal.Signals) -> None:
    """Signal a whole process group; nothing, if none of it is left."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, number)
