"""One run of the standby program, as the front sees it. Knows not which one is launched from next."""

from __future__ import annotations

import asyncio
import itertools
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from ..errors import ControlError, PeerGone
from .children import Child
from .lives import ForkedLife, GroupLife

if TYPE_CHECKING:
    import socket
    from collections.abc import Mapping, Sequence

    from .orphans import Family

PROGRAM: Final = "asgi_reload.workers.standby"


class Program:
    """A process that stands by, forks workers, or has become one. `run` has to be running."""

    def __init__(self, entry: str, family: Family) -> None:
        self._child = Child(PROGRAM, family, entry)
        self.life = self._child.life
        self.warmth: dict[str, Any] = {}
        self._forked: dict[int, ForkedLife] = {}
        self._numbers = itertools.count(1)
        self._launches: dict[int, asyncio.Future[GroupLife | None]] = {}
        self._warmed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._is_over = False

    @property
    def forks(self) -> bool:
        """Whether more than one worker can come of it. Known when it is warm."""
        return not self.warmth.get("why")

    @property
    def is_warm(self) -> bool:
        """Whether it has imported what it was told to, and lives."""
        return bool(self.warmth) and not self._is_over

    @property
    def children(self) -> list[ForkedLife]:
        """The lives that it has forked and that have not ended."""
        return list(self._forked.values())

    async def run(self) -> None:
        """Hear it, until it has ended or become a worker."""
        try:
            await self._child.channel.run(self._hear)
        except ControlError:
            self.life.kill()
        finally:
            self._is_over = True
            self._give_up()

    async def warm(self, modules: Sequence[str], config: Mapping[str, Any]) -> None:
        """Have it import these, in the surroundings that the config says. Raises PeerGone if it ends meanwhile."""
        self._child.channel.send({"do": "warm", "modules": list(modules), "config": dict(config)})
        await self._warmed

    async def launch(self, control: socket.socket, config: Mapping[str, Any]) -> GroupLife | None:
        """A worker that it has forked, or become; None if that did not happen, and will not. Copies the control."""
        number = next(self._numbers)
        answer: asyncio.Future[GroupLife | None] = asyncio.get_running_loop().create_future()
        self._launches[number] = answer
        try:
            self._child.channel.send(_launch(number, config, fork=True), control.dup())
            return await answer
        except PeerGone:
            return None
        finally:
            del self._launches[number]

    def become(self, control: socket.socket, config: Mapping[str, Any]) -> GroupLife:
        """Have the process itself be the worker. The control is used up."""
        # If it is gone already, its life says so.
        with suppress(PeerGone):
            self._child.channel.send(_launch(next(self._numbers), config, fork=False), control)

        return self.life

    def retire(self) -> None:
        """Launch no more, end as soon as the last child has."""
        with suppress(PeerGone):
            self._child.channel.send({"do": "retire"})

    async def gone(self) -> None:
        """Wait until the process and all that it has forked have ended."""
        for life in (self.life, *self.children):
            await life.ended()

    def _hear(self, message: dict[str, Any], _: socket.socket | None) -> None:
        match message:
            case {"is": "warm"}:
                self.warmth = message
                if not self._warmed.done():
                    self._warmed.set_result(None)
            case {"is": "launched", "life": int(number), "pid": int(pid), "forked": bool(forked)}:
                self._answer(number, self._fork(pid) if forked else self.life)
            case {"is": "refused", "life": int(number)}:
                self._answer(number, None)
            case {"is": "ended", "pid": int(pid), "code": int(code)} if pid in self._forked:
                self._forked.pop(pid).end(code)

    def _fork(self, pid: int) -> ForkedLife:
        life = self._forked[pid] = ForkedLife(pid)
        return life

    def _answer(self, number: int, life: GroupLife | None) -> None:
        answer = self._launches.get(number)

        if answer is not None and not answer.done():
            answer.set_result(life)
        elif isinstance(life, ForkedLife):
            # Whoever wanted it was cancelled meanwhile.
            life.kill()

    def _give_up(self) -> None:
        if not self._warmed.done():
            self._warmed.set_exception(PeerGone("the standby ended while it imported modules"))
            self._warmed.exception()

        for answer in self._launches.values():
            if not answer.done():
                answer.set_result(None)

        for life in self._forked.values():
            life.watch()


def _launch(number: int, config: Mapping[str, Any], *, fork: bool) -> dict[str, Any]:
    return {"do": "launch", "life": number, "config": dict(config), "fork": fork}
