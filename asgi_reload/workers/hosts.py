"""A process in which interpreters live, as the front sees it."""

from __future__ import annotations

import asyncio
import itertools
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from ..errors import ControlError, PeerGone
from .children import Child
from .endings import Exited, Unknown

if TYPE_CHECKING:
    import socket
    from collections.abc import Mapping, Sequence

    from .endings import Ending
    from .orphans import Family

PROGRAM: Final = "asgi_reload.workers.host"
# What an interpreter has to end in when its control socket is cut, before it is given up.
KILL_S: Final = 0.5
GIVEN_UP: Final = Unknown("an interpreter cannot be killed; its process ends with the last of the others in it")


class HostedLife:
    """A life in an interpreter. It can be asked to end by closing its control socket, but nobody can make it."""

    def __init__(self, host: Host, number: int) -> None:
        self.pid = host.life.pid
        self.number = number
        self._host = host
        self._ended: asyncio.Future[Ending] = asyncio.get_running_loop().create_future()

    async def ended(self) -> Ending:
        return await asyncio.shield(self._ended)

    @property
    def has_ended(self) -> bool:
        return self._ended.done()

    def terminate(self) -> None:
        """It reads the end of its control socket, as if the front had gone."""
        self._host.cut(self, "stop")

    def kill(self) -> None:
        """Its control socket is cut; if it has not ended KILL_S later it is given up, and its process takes no more."""
        if not self._ended.done():
            self._host.cut(self, "sever")
            asyncio.get_running_loop().call_later(KILL_S, self._host.give_up, self)

    def end(self, ending: Ending) -> None:
        if not self._ended.done():
            self._ended.set_result(ending)


class Host:
    """One run of the host program. `run` has to be running."""

    def __init__(self, entry: str, family: Family) -> None:
        self._child = Child(PROGRAM, family, entry)
        self.life = self._child.life
        self.children = ()
        self.takes_more = True
        self.launched = 0
        self._lives: dict[int, HostedLife] = {}
        self._numbers = itertools.count(1)
        self._asked: dict[int, asyncio.Future[dict[str, str]]] = {}

    async def run(self) -> None:
        """Hear it until it has ended."""
        try:
            await self._child.channel.run(self._hear)
        except ControlError:
            self.life.kill()
        finally:
            self.takes_more = False
            for answer in self._asked.values():
                if not answer.done():
                    answer.set_exception(PeerGone("the process of the interpreters has ended"))
                    answer.exception()

    async def gone(self) -> None:
        """Wait for its end: that of every life in it too."""
        ending = await self.life.ended()
        for life in self._lives.values():
            life.end(ending)

    def launch(self, control: socket.socket, config: Mapping[str, Any]) -> HostedLife:
        """A new life, which uses up the control."""
        self.launched += 1
        number = next(self._numbers)
        life = self._lives[number] = HostedLife(self, number)
        # If it is gone already, its end is told to all its lives.
        with suppress(PeerGone):
            self._child.channel.send({"do": "launch", "life": number, "config": dict(config)}, control)
        return life

    async def prepare(self, modules: Sequence[str]) -> dict[str, str]:
        """Have the next interpreter made ahead, with these imported; module → why it failed. Raises PeerGone."""
        return await self._ask("prepare", modules)

    async def try_imports(self, modules: Sequence[str]) -> dict[str, str]:
        """Import these in an interpreter that is thrown away; module → why it failed. Raises PeerGone."""
        return await self._ask("try", modules)

    def cut(self, life: HostedLife, how: str) -> None:
        if not life.has_ended:
            with suppress(PeerGone):
                self._child.channel.send({"do": how, "life": life.number})

    def give_up(self, life: HostedLife) -> None:
        """The process is ended as soon as nobody else lives in it."""
        if not life.has_ended:
            life.end(GIVEN_UP)
            self.retire()

    def retire(self) -> None:
        """Take no more lives, and end with the last."""
        self.takes_more = False
        if all(life.has_ended for life in self._lives.values()):
            self.life.kill()

    async def _ask(self, what: str, modules: Sequence[str]) -> dict[str, str]:
        number = next(self._numbers)
        answer: asyncio.Future[dict[str, str]] = asyncio.get_running_loop().create_future()
        self._asked[number] = answer
        try:
            self._child.channel.send({"do": what, "number": number, "modules": list(modules)})
            return await answer
        finally:
            del self._asked[number]

    def _hear(self, message: dict[str, Any], _: socket.socket | None) -> None:
        match message:
            case {"is": "ended", "life": int(number), "code": int(code)}:
                self._lives.pop(number).end(Exited(code))
                if not self.takes_more:
                    self.retire()
            case {"is": "imported", "number": int(number), "failed": dict(failed)} if number in self._asked:
                if not self._asked[number].done():
                    self._asked[number].set_result(failed)
