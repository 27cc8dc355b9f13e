"""`breakpoint()` in a worker. The worker is a process group of its own, in the background of the front's terminal.

So the debugger takes the terminal (tcsetpgrp(3)) for as long as it waits for a command, and gives it back.
"""

from __future__ import annotations

import os
import sys
from typing import Any, Final

from .foreground import Terminal

USUAL: Final = (None, "", "pdb.set_trace")
"""`PYTHONBREAKPOINT` (PEP 553) as it means Python's own debugger."""
NO_TERMINAL: Final = "asgi-reload: breakpoint() is passed over: no terminal is in front of this server\n"


def install(front_group: int) -> None:
    """Make `breakpoint()` work in this process, whatever its thread. `front_group`: the front's process group."""
    if hasattr(os, "tcsetpgrp"):
        sys.breakpointhook = Breakpoint(Terminal(front_group))


class Breakpoint:
    """What `breakpoint()` calls (PEP 553)."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal

    def __call__(self, *args: Any, header: str | None = None, **kwargs: Any) -> Any:
        wanted = os.environ.get("PYTHONBREAKPOINT")

        if wanted == "0":
            return None

        if not self._terminal.is_there:
            sys.stderr.write(NO_TERMINAL)
            return None

        if wanted not in USUAL:
            given = kwargs if header is None else {"header": header, **kwargs}
            with self._terminal.taken():
                return sys.__breakpointhook__(*args, **given)

        # pdb takes a while to import, and most workers never need it.
        from .debugger import Debugger

        debugger = Debugger(self._terminal, skip=[__name__])
        if header is not None:
            debugger.message(header)
        # It stops at what runs next and is not skipped: in the frame that called breakpoint().
        return debugger.set_trace()
