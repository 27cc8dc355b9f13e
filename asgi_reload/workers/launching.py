"""What the crew asks of those who bring workers to life, whatever a worker is: a process, or an interpreter in one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Protocol

if TYPE_CHECKING:
    import socket
    from collections.abc import Mapping, Sequence

    from .endings import Ending

# Called in the worker: `(control: socket.socket, config: Mapping[str, Any]) -> int`, which is the exit code.
ENTRY: Final = "asgi_reload.worker:run"


class Life(Protocol):
    """One life of user code, as the front sees it."""

    @property
    def pid(self) -> int:
        """The process it is in."""

    async def ended(self) -> Ending:
        """Wait for its end, and say how it came. Any number of tasks may wait."""

    def terminate(self) -> None:
        """Ask it to end: SIGTERM to its process group. Nothing, if it has ended."""

    def kill(self) -> None:
        """End it: SIGKILL to its process group; for an interpreter, whatever is nearest. Nothing, if it has ended."""


class Launcher(Protocol):
    """Brings workers to life. For one event loop."""

    async def launch(self, control: socket.socket, config: Mapping[str, Any]) -> Life:
        """A new life. It does not wait for the entry to be called.

        control: the worker's end of a socket pair; the front's copy of it is closed here in any case.
        config: handed to the entry. Set before that, where given: `env` (all of the environment), `directory`,
        `path` (entries that stand first in `sys.path`), `argv`.
        """

    async def warm_up(self, modules: Sequence[str]) -> None:
        """Have these (none of the project) imported ahead of launches. Returns when that is done or given up."""

    def refused(self, error: str) -> bool:
        """Whether a worker failed for the kind of life it had, by the text of its error; the next has another kind."""

    def status(self) -> dict[str, Any]:
        """JSON: `kind`, `pid`, `modules` (number), `failed` (module → why), `why` it does not fork, `trouble`."""

    async def close(self) -> None:
        """End everything that was launched and what stands by."""
