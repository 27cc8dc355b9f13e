"""uvicorn, as this command runs it: on sockets that are bound already, with an end that comes in time."""

from __future__ import annotations

import asyncio
import copy
import logging
import os
import signal
import threading
from typing import TYPE_CHECKING, Any, Final

import uvicorn
from uvicorn.config import LOGGING_CONFIG

if TYPE_CHECKING:
    from types import FrameType

    from starlette.types import ASGIApp

    from ..command import Command, LogLevel

CONNECTIONS_SHARE: Final = 0.2
"""Of the time that a shut-down may take; the workers have the rest."""
AT_ONCE_S: Final = 0.3


class Expected(logging.Filter):
    """Keeps back that a request was cancelled: at the end that is what was asked for."""

    def filter(self, record: logging.LogRecord) -> bool:
        kind = record.exc_info[0] if record.exc_info else None
        return kind is None or not issubclass(kind, asyncio.CancelledError)


class Theirs(logging.Filter):
    """Keeps back requests for routes of ours: a page asks for dozens, and none of them is the user's."""

    def __init__(self, prefix: str) -> None:
        super().__init__()
        self._ours = f"{prefix}/"

    def filter(self, record: logging.LogRecord) -> bool:
        match record.args:
            case (_, _, str(path), *_):
                return self._ours not in path
            case _:
                return True


class Server(uvicorn.Server):
    """Ends in order at a first signal, and at once at a second one, whichever it is. `ended_by` is the last."""

    ended_by: int | None = None
    is_forced = False

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        # Not uvicorn's own, which raises the signal again before the rest of us has ended.
        self.ended_by = sig
        if self.should_exit:
            self.force_exit = self.is_forced = True
            last = threading.Timer(AT_ONCE_S, os._exit, [128 + sig])  # workers see that their front is gone
            last.daemon = True
            last.start()
        self.should_exit = True


def make_server(app: ASGIApp, command: Command) -> Server:
    options = command.server
    config = uvicorn.Config(
        app,
        log_config=_log_config(options.log_level, command.settings.prefix, command.use_colors),
        access_log=options.access_log,
        use_colors=command.use_colors,
        lifespan="on",
        workers=1,
        proxy_headers=options.proxy_headers,
        forwarded_allow_ips=options.forwarded_allow_ips,
        root_path=options.root_path,
        timeout_graceful_shutdown=options.timeout_graceful_shutdown * CONNECTIONS_SHARE,  # type: ignore[arg-type]
        ssl_keyfile=options.ssl_keyfile,
        ssl_certfile=options.ssl_certfile,
        ssl_keyfile_password=options.ssl_keyfile_password,
        ssl_ca_certs=options.ssl_ca_certs,
        ssl_ciphers=options.ssl_ciphers,
    )
    return Server(config)


def exit_code(server: Server) -> int:
    """As uvicorn has it: 0 after Ctrl-C, death by SIGTERM after SIGTERM; 130 or 143 where it had to be at once."""
    if server.is_forced and server.ended_by is not None:
        return 128 + server.ended_by

    if server.ended_by == signal.SIGTERM:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.raise_signal(signal.SIGTERM)

    return 0


def _log_config(level: LogLevel, prefix: str, use_colors: bool | None) -> dict[str, Any]:
    """uvicorn's log, less its own start and end, which are told by us."""
    # A copy, since uvicorn writes into what it is given.
    config = copy.deepcopy(LOGGING_CONFIG)
    config["loggers"]["uvicorn"]["level"] = "WARNING" if level == "info" else level.upper()
    config["loggers"]["uvicorn.error"]["level"] = config["loggers"]["uvicorn"]["level"]
    config["loggers"]["uvicorn.access"]["level"] = level.upper()

    config["filters"] = {"expected": {"()": Expected}, "theirs": {"()": Theirs, "prefix": prefix}}
    config["handlers"]["access"]["filters"] = ["theirs"]
    config["handlers"]["default"]["filters"] = ["expected"]

    for formatter in config["formatters"].values():
        formatter["use_colors"] = use_colors

    return config
