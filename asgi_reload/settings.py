"""What the user asked for, resolved once: argument, environment, pyproject.toml, default.

Knows the names and shapes of the options, not what they mean to whoever reads them.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, TypedDict

from .command_options import PARSERS as COMMAND
from .errors import SettingError
from .layers import TABLE, Layers
from .parsers import boolean, callables, count, levels, lifespan, milliseconds, prefix, strings, text, transport

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from .page_messages import Level
    from .parsers import Lifespan, Transport

    PathLike = str | os.PathLike[str]


SWITCH: Final = "ASGI_RELOAD"


class Options(TypedDict, total=False):
    """The keyword arguments of `ReloadMiddleware`; `Settings` says what each means."""

    enabled: bool | None
    watch: PathLike | Sequence[PathLike]
    ignore: PathLike | Sequence[PathLike]
    strategies: Sequence[Callable[..., Any]]
    hot: bool | None
    factory: bool
    lifespan: Lifespan
    drain: int
    import_timeout: int
    prefix: str
    transport: Transport
    step: int
    debounce: int
    max_wait: int
    poll: bool | None
    force: bool
    allowed_hosts: str | Sequence[str]
    allowed_peers: str | Sequence[str]
    trusted_proxies: str | Sequence[str]
    iframes: bool
    max_clients: int
    pill: bool | None
    overlay: bool | None
    editor: str
    editor_paths: PathLike | Sequence[PathLike]
    browser_console: str | Sequence[str]
    browser_ignore: str | Sequence[str]
    i_know_this_is_not_production: bool


@dataclass(frozen=True, slots=True)
class Settings:
    """All options, validated. An empty tuple means the default.

    enabled: on or off; None is on for a developer at his own machine, off in production and under a test runner.
    watch, ignore: files, directories and globs; the trailing slash of a directory that may not exist yet is kept.
    strategies: callables `(batch, context) -> Update | None`, tried in order; empty is the built-in list.
    hot: make Python edits live inside the running process; None does unless somebody else restarts the server.
    factory: the import string that was given in place of an app names a function that makes the app.
    lifespan: a new version of the app starts up before the old one shuts down, or after it.
    drain: ms that connections to an old version may live on.
    import_timeout: ms that the modules of a save may take to be executed, all together.
    prefix: where our own routes are mounted.
    transport: what pages connect with; auto is a WebSocket, else an event stream.
    step, debounce, max_wait: ms between two looks of the watcher, of quiet that end a burst, and of the longest burst.
    poll: look at every file instead of waiting for events; None decides by file system.
    force: watch `/` or the home directory all the same.
    allowed_hosts, allowed_peers, trusted_proxies: who may be served beyond this machine: host names, then networks.
    iframes: instrument documents in frames too.
    max_clients: connections at the same time.
    pill, overlay: show ourselves in the page; None does unless a program drives the browser (`navigator.webdriver`).
    editor: what the lines of a failure open in: a name, or a URL with `{file}`, `{line}`, `{column}`; empty is what the
    terminal gives away. editor_paths: `server's=editor's` directories, where the editor sees others.
    browser_console: levels of the pages' consoles that are told on the terminal: error, warning, info, log, debug.
    browser_ignore: texts, or globs of them, of the pages' errors that are not told.
    i_know_this_is_not_production: ignore the signs of production.
    """

    enabled: bool | None = None
    watch: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    strategies: tuple[Callable[..., Any], ...] = field(default=(), compare=False)
    hot: bool | None = None
    factory: bool = False
    lifespan: Lifespan = "overlap"
    drain: int = 30_000
    import_timeout: int = 20_000
    prefix: str = "/__reload__"
    transport: Transport = "auto"
    step: int = 1
    debounce: int = 50
    max_wait: int = 500
    poll: bool | None = None
    force: bool = False
    allowed_hosts: tuple[str, ...] = ()
    allowed_peers: tuple[str, ...] = ()
    trusted_proxies: tuple[str, ...] = ()
    iframes: bool = False
    max_clients: int = 128
    pill: bool | None = None
    overlay: bool | None = None
    editor: str = ""
    editor_paths: tuple[str, ...] = ()
    browser_console: tuple[Level, ...] = ()
    browser_ignore: tuple[str, ...] = ()
    i_know_this_is_not_production: bool = False


def resolve(
    arguments: Options,
    environ: Mapping[str, str],
    table: Mapping[str, object],
    spelled: Callable[[str], str] = str,
) -> Settings:
    """The settings, from the keyword arguments, `ASGI_RELOAD_*` and `[tool.asgi-reload]`, in that order.

    What the command alone reads in the same places is passed over. `spelled`: an argument's name as its user wrote it.
    `ASGI_RELOAD=0` switches off whatever the code says; `ASGI_RELOAD=1` is `enabled=True` where the code is silent.
    Raises `SettingError` for a value of the wrong shape and `UnknownSetting` for a name that is none.
    """
    layers = Layers(PARSERS, others=frozenset(COMMAND), in_code=frozenset({"strategies"}))
    values = {
        **layers.of_table(table),
        **layers.of_environment(environ),
        **layers.of_arguments(arguments.items(), "ReloadMiddleware(…)", spelled),
    }

    if (switch := environ.get(SWITCH)) is not None:
        on = boolean(switch, SWITCH)
        values["enabled"] = values.get("enabled", True) if on else False

    return Settings(**values)


def pyproject_table(directory: Path) -> Mapping[str, object]:
    """The table `[tool.asgi-reload]` of the directory's own pyproject.toml; no parent directory is asked."""
    file = directory / "pyproject.toml"
    try:
        document = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingError("pyproject.toml", str(file), f"cannot be read ({error}); correct it") from error

    table = document.get("tool", {}).get(TABLE, {})
    if not isinstance(table, dict):
        raise SettingError(f"[tool.{TABLE}]", table, "expected a table")

    return table


PARSERS: Final[dict[str, Callable[[object, str], Any]]] = {
    "enabled": boolean,
    "watch": strings,
    "ignore": strings,
    "strategies": callables,
    "hot": boolean,
    "factory": boolean,
    "lifespan": lifespan,
    "drain": milliseconds,
    "import_timeout": milliseconds,
    "prefix": prefix,
    "transport": transport,
    "step": milliseconds,
    "debounce": milliseconds,
    "max_wait": milliseconds,
    "poll": boolean,
    "force": boolean,
    "allowed_hosts": strings,
    "allowed_peers": strings,
    "trusted_proxies": strings,
    "iframes": boolean,
    "max_clients": count,
    "pill": boolean,
    "overlay": boolean,
    "editor": text,
    "editor_paths": strings,
    "browser_console": levels,
    "browser_ignore": strings,
    "i_know_this_is_not_production": boolean,
}
