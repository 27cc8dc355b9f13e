"""What a command line came to: which apps to serve, how, and what a save means. Values only; nothing is parsed here."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeAlias

from .settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

Mode: TypeAlias = Literal["hot", "cold", "isolated"]
"""What a save of Python means: a change in place, a clean process, a clean interpreter."""
LogLevel: TypeAlias = Literal["critical", "error", "warning", "info", "debug", "trace"]


@dataclass(frozen=True, slots=True)
class SiteOptions:
    """One app under the front. `target` is an import string, `main:app`; `mount` a path such as `/admin`, or empty."""

    target: str
    mount: str = ""


@dataclass(frozen=True, slots=True)
class ServerOptions:
    """How the server listens, and whom it believes. Names and meanings are uvicorn's, where uvicorn has them.

    uds, fd: a socket by path or by number, in place of host and port.
    timeout_graceful_shutdown: seconds that requests in flight may take when the server stops.
    allow_remote: host may be an address that other machines reach.
    open: show the first page in a browser.
    """

    host: str = "127.0.0.1"
    port: int = 8000
    uds: str | None = None
    fd: int | None = None
    ssl_keyfile: str | None = None
    ssl_certfile: str | None = None
    ssl_keyfile_password: str | None = None
    ssl_ca_certs: str | None = None
    ssl_ciphers: str | None = None
    root_path: str = ""
    proxy_headers: bool = True
    forwarded_allow_ips: str | None = None
    log_level: LogLevel = "info"
    access_log: bool = True
    timeout_graceful_shutdown: int = 1
    allow_remote: bool = False
    open: bool = False

    @property
    def scheme(self) -> Literal["http", "https"]:
        return "https" if self.ssl_certfile else "http"


@dataclass(frozen=True, slots=True)
class Command:
    """A command line, resolved.

    directory: where it was called; relative paths of settings are meant from here.
    app_dir: what workers put first in `sys.path`.
    factory: the targets name functions that make the app.
    env_file: a file of `NAME=value` lines for workers, read anew for each.
    audit: in mode hot, a clean import says whether a change in place came to the same.
    warm_up: third-party modules that a standby imports before a worker is wanted; None: those that the app was seen
        to import; empty: none.
    use_colors: None: where the terminal can show them.
    """

    sites: tuple[SiteOptions, ...]
    directory: Path
    app_dir: Path
    mode: Mode = "hot"
    factory: bool = False
    env_file: Path | None = None
    audit: bool = True
    warm_up: tuple[str, ...] | None = None
    settings: Settings = field(default_factory=Settings)
    server: ServerOptions = field(default_factory=ServerOptions)
    use_colors: bool | None = None
