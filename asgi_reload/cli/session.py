"""One run of the server, from its first line on the terminal to its exit code."""

from __future__ import annotations

import asyncio
import os
import signal
import webbrowser
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import anyio

from ..front import Front
from ..printable import printable
from .keys import QUIT, Keys, has_terminal
from .opening import opening, url_rows
from .server import exit_code, make_server
from .sockets import is_remote, url_of

if TYPE_CHECKING:
    import socket
    from collections.abc import Iterator

    from ..command import Command
    from .output import Screen

OPENING_S: Final = 1.0
"""What the block at the start waits for the watcher and the first worker."""
LOOK_S: Final = 0.05
REFUSED: Final = 2
HELP: Final = (
    ("r", "a new worker"),
    ("u", "show the URLs"),
    ("o", "open a browser"),
    ("c", "clear the screen"),
    ("p", "pause: saves wait, until p again"),
    ("h", "this"),
    ("q", "quit"),
)


class Session:
    """The server, the front that it serves, and the terminal before both."""

    def __init__(self, command: Command, sockets: list[socket.socket], screen: Screen) -> None:
        self._command = command
        self._sockets = sockets
        self._screen = screen
        self._urls = [url_of(command.server, bound) for bound in sockets]
        self._is_remote = is_remote(sockets)
        self._has_keys = has_terminal()
        self._is_refused = False

    def run(self) -> int:
        """Serve until told to stop; the exit code. Raises KeyboardInterrupt if that comes before the server listens."""
        self._front = Front(self._command)
        self._server = make_server(self._front, self._command)

        try:
            with asyncio.Runner(loop_factory=self._server.config.get_loop_factory()) as runner:
                code = runner.run(self._run())
        finally:
            if self._command.server.uds is not None:
                Path(self._command.server.uds).unlink(missing_ok=True)

        # The log has said why.
        return REFUSED if self._is_refused else code or exit_code(self._server)

    async def _run(self) -> int:
        code = 0
        with self._hang_ups():
            async with anyio.create_task_group() as group:
                group.start_soon(self._attend)
                if self._has_keys:
                    group.start_soon(Keys(self._keys(), self._help).run)
                try:
                    await self._server.serve(sockets=self._sockets)
                except SystemExit as end:  # the front does not start
                    code = end.code if isinstance(end.code, int) else 1
                group.cancel_scope.cancel()
        return code

    async def _attend(self) -> None:
        """Show what there is once it is there; end it all if the target is no app; open a browser."""
        with anyio.move_on_after(OPENING_S):
            while not (self._server.started and self._is_known()):  # noqa: ASYNC110
                await anyio.sleep(LOOK_S)

        if self._refused():
            return

        self._screen.block(
            opening(
                self._command,
                self._urls,
                self._front.status(),
                is_remote=self._is_remote,
                has_keys=self._has_keys,
            )
        )
        while not self._answers():
            if self._refused():
                return
            await anyio.sleep(LOOK_S)
        if self._command.server.open:
            await self._open()

    def _refused(self) -> bool:
        self._is_refused = self._front.refusal is not None
        self._server.should_exit |= self._is_refused
        return self._is_refused

    def _is_known(self) -> bool:
        sites = self._front.status().values()
        return all((site["watch"]["files"] or site["watch"]["problem"]) and _is_decided(site) for site in sites)

    def _answers(self) -> bool:
        return all(site["workers"]["current"] for site in self._front.status().values())

    # keys

    def _keys(self) -> dict[str, Any]:
        loop = asyncio.get_running_loop()
        return {
            "r": self._front.restart,
            "u": lambda: self._screen.block(url_rows(self._command, self._urls)),
            "o": lambda: loop.run_in_executor(None, self._show),
            "c": self._screen.clear,
            "p": self._pause,
            "h": self._help,
            QUIT: lambda: signal.raise_signal(signal.SIGINT),
        }

    def _pause(self) -> None:
        if self._front.is_paused:
            self._front.resume()
            self._screen.line("goes on")
        else:
            self._front.pause()
            self._screen.line("paused: saves wait; p goes on")

    def _help(self) -> None:
        self._screen.block([(key, what) for key, what in HELP])

    async def _open(self) -> None:
        await anyio.to_thread.run_sync(self._show)

    def _show(self) -> None:
        url = self._urls[0] + self._command.sites[0].mount
        if not webbrowser.open(url):
            self._screen.line(f"no browser could be opened; the app is at {printable(url)}", "yellow")

    # the terminal's end

    @contextmanager
    def _hang_ups(self) -> Iterator[None]:
        """SIGHUP asks for a new worker, or says that the terminal has gone, and then it all ends."""
        number = getattr(signal, "SIGHUP", None)
        if number is None or signal.getsignal(number) is signal.SIG_IGN:  # nohup
            yield
            return

        loop = asyncio.get_running_loop()
        loop.add_signal_handler(number, self._hung_up)
        try:
            yield
        finally:
            loop.remove_signal_handler(number)

    def _hung_up(self) -> None:
        if self._has_keys and not _terminal_is_there():
            signal.raise_signal(signal.SIGTERM)
        else:
            self._front.restart()


def _is_decided(site: dict[str, Any]) -> bool:
    workers = site["workers"]
    return bool(workers["current"] or workers["failure"])


def _terminal_is_there() -> bool:
    try:
        os.tcgetpgrp(0)
    except OSError:
        return False

    return True
