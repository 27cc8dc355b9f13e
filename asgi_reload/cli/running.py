"""From a command line to an exit code: what is asked for, and one clear line where that cannot be."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from ..errors import ReloadError
from ..printable import printable
from .check import check_app
from .keys import has_terminal
from .options import check_command, read, serve_command, status_command
from .output import Screen, show_log
from .resolving import refuse_to_serve, resolve_command
from .session import Session
from .sockets import PortTaken, bind
from .status import tell_status

if TYPE_CHECKING:
    import socket
    from collections.abc import Sequence

    from ..command import Command

BAD_INPUT: Final = 2
INTERRUPTED: Final = 130
MAX_MESSAGE: Final = 1000


def run(arguments: Sequence[str]) -> int:
    """The exit code: 2 for what cannot be done as asked."""
    plain = Screen(False if os.environ.get("NO_COLOR") else None)
    try:
        match list(arguments):
            case ["check", *rest]:
                return check(rest, plain)
            case ["status", *rest]:
                return tell_status(read(status_command(), rest), Path.cwd(), os.environ, plain)
            case _:
                return serve(arguments)
    except click.exceptions.Exit as done:
        return done.exit_code
    except click.UsageError as error:
        plain.line(printable(error.format_message(), MAX_MESSAGE), "bold red")
    except ReloadError as error:
        plain.line(printable(str(error), MAX_MESSAGE), "bold red")
    except (KeyboardInterrupt, click.Abort):
        return INTERRUPTED

    return BAD_INPUT


def check(arguments: Sequence[str], screen: Screen) -> int:
    given = dict(read(check_command(), arguments))
    timeout = given.pop("timeout")
    resolved = resolve_command(given, Path.cwd(), os.environ)
    return check_app(resolved.command, timeout, screen)


def serve(arguments: Sequence[str]) -> int:
    command, said = resolve_command(read(serve_command(), arguments), Path.cwd(), os.environ)
    refuse_to_serve(command.settings, os.environ)
    screen = Screen(command.use_colors)
    show_log("asgi_reload", screen, command.server.log_level)
    command, sockets = bound(command)

    for line in said:
        screen.line(line)

    return Session(command, sockets, screen).run()


def bound(command: Command) -> tuple[Command, list[socket.socket]]:
    """The sockets; at the next free port, if the one asked for is taken and somebody is there who agrees."""
    try:
        return command, bind(command.server)
    except PortTaken as taken:
        if taken.free is None or not has_terminal() or not sys.stdout.isatty():
            raise
        if not click.confirm(f"{taken}; use it?", default=True, err=True):
            raise click.Abort from taken

        other = replace(command, server=replace(command.server, port=taken.free))
        return bound(other)
