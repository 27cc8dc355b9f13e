"""Workers that are processes: spawned one by one, or with a standby that they come of at once."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final

from ..errors import PeerGone
from .launching import ENTRY
from .programs import Program
from .surroundings import surroundings_of
from .tending import Tended

if TYPE_CHECKING:
    import socket
    from collections.abc import Mapping, Sequence

    from .launching import Life

WARM_UP_S: Final = 120.0
# Of standbys one after another, without a launch between them. Then there is none, until a warm-up is asked for.
MAX_DEATHS: Final = 5


class Spawning:
    """A new Python for every worker."""

    def __init__(self, entry: str = ENTRY) -> None:
        self._programs = Tended(lambda family: Program(entry, family))

    async def launch(self, control: socket.socket, config: Mapping[str, Any]) -> Life:
        with control:
            return self._programs.start().become(control.dup(), config)

    async def warm_up(self, modules: Sequence[str]) -> None:
        """Nothing: there is nobody to do it ahead."""

    def refused(self, error: str) -> bool:
        return False

    def status(self) -> dict[str, Any]:
        return {"kind": "spawn", "pid": None, "modules": 0, "failed": {}, "why": "no standby is wanted", "trouble": ""}

    async def close(self) -> None:
        await self._programs.close()


class Standby:
    """Workers come of a process that has imported what they need. Where there is none (yet), they are spawned."""

    def __init__(self, entry: str = ENTRY) -> None:
        self._programs = Tended(lambda family: Program(entry, family), self._over)
        self._ready: Program | None = None
        self._wanted: tuple[str, ...] | None = None
        self._surroundings: dict[str, Any] = {}
        self._preparing: asyncio.Task[None] | None = None
        self._deaths = 0
        self._trouble = ""

    async def launch(self, control: socket.socket, config: Mapping[str, Any]) -> Life:
        with control:
            program = self._suitable(config)
            life = await program.launch(control, config) if program is not None else None

            if life is not None:
                self._deaths = 0
                return life

            return self._programs.start().become(control.dup(), config)

    async def warm_up(self, modules: Sequence[str]) -> None:
        """A standby with other modules is replaced when its successor is ready. Cancelled: the warm-up goes on."""
        if self._wanted is None or set(self._wanted) != set(modules) or self._is_missing:
            self._wanted = tuple(modules)
            self._deaths = 0
            self._prepare()

        if self._preparing is not None:
            await asyncio.wait({self._preparing})

    def refused(self, error: str) -> bool:
        return False

    def status(self) -> dict[str, Any]:
        program = self._ready
        warmth = program.warmth if program else {}
        return {
            "kind": "standby",
            "pid": program.life.pid if program else None,
            "modules": len(warmth.get("modules", ())),
            "failed": warmth.get("failed", {}),
            "threads": warmth.get("threads", {}),
            "why": warmth.get("why", ""),
            "trouble": self._trouble,
        }

    async def close(self) -> None:
        self._ready = self._wanted = None
        if self._preparing is not None:
            self._preparing.cancel()
            await asyncio.wait({self._preparing})

        await self._programs.close()

    @property
    def _is_missing(self) -> bool:
        return self._ready is None and (self._preparing is None or self._preparing.done())

    def _suitable(self, config: Mapping[str, Any]) -> Program | None:
        """The standby, if a worker with that config may come of it; taken from its place if it is good for one only."""
        surroundings = surroundings_of(config)

        if surroundings != self._surroundings:
            self._surroundings = surroundings
            self._dismiss()
            self._prepare()
            return None

        program = self._ready
        if program is not None and not program.forks:
            self._ready = None
            self._prepare()

        return program

    def _prepare(self) -> None:
        if self._preparing is not None:
            self._preparing.cancel()

        if self._wanted is not None:
            self._preparing = asyncio.create_task(self._succeed(self._wanted, self._surroundings))

    async def _succeed(self, modules: Sequence[str], surroundings: Mapping[str, Any]) -> None:
        """Put a warm standby in the place of the present one, or say why there is none."""
        try:
            program = self._programs.start()
        except OSError as error:
            self._trouble = f"no standby could be started: {error}"
            return

        try:
            self._trouble = await _warmed(program, modules, surroundings)
        finally:
            if not program.is_warm:
                program.life.kill()

        if program.is_warm:
            self._dismiss()
            self._ready = program

    def _dismiss(self) -> None:
        if self._ready is not None:
            self._ready.retire()
            self._ready = None

    def _over(self, program: Program) -> None:
        if program is self._ready:
            self._ready = None
            self._deaths += 1
            if self._deaths < MAX_DEATHS:
                self._prepare()


async def _warmed(program: Program, modules: Sequence[str], surroundings: Mapping[str, Any]) -> str:
    """What stood against it, empty for nothing."""
    try:
        async with asyncio.timeout(WARM_UP_S):
            await program.warm(modules, surroundings)
    except TimeoutError:
        return f"the standby was not done with its imports after {WARM_UP_S:g} s"
    except PeerGone:
        return f"the standby did not survive its imports: {(await program.life.ended()).in_words}"

    return ""
