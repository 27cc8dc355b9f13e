"""From options, environment and pyproject.toml to the command, all of it checked that can be before anything runs."""

from __future__ import annotations

import sys
from dataclasses import fields
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from ..command import Command, ServerOptions
from ..command_options import PARSERS
from ..env_file import read_env_file
from ..environment import sign_of_production
from ..errors import ReloadError, SettingError
from ..layers import Layers
from ..live import check
from ..settings import PARSERS as SETTINGS
from ..settings import pyproject_table, resolve
from ..watching.patterns import is_glob
from .certificates import check_certificates
from .finding import find

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from ..settings import Settings

ALIASES: Final = frozenset({"reload", "reload_dir", "reload_include", "reload_exclude", "watch_ignore"})
MODES: Final = {"mode": "--hot, --cold or --isolated", "app": "TARGET"}
ALWAYS: Final = "--reload is what asgi-reload does without being told"
OFF: Final = "ASGI_RELOAD=0, or enabled = false, switches reloading off; serve with uvicorn, or leave it out"
PRODUCTION: Final = "%s says production, and asgi-reload is for development; --i-know-this-is-not-production serves"


class Resolved(NamedTuple):
    """The command, and what is to be told of how it came about."""

    command: Command
    said: tuple[str, ...]


def resolve_command(given: Mapping[str, Any], directory: Path, environ: Mapping[str, str]) -> Resolved:
    """Raises `ReloadError` in one clear line for whatever cannot be."""
    table = pyproject_table(directory)
    arguments = _without_aliases(given)
    settings = resolve({n: v for n, v in arguments.items() if n in SETTINGS}, environ, table, spelled)  # type: ignore[arg-type]
    own = command_values(arguments, environ, table, "asgi-reload")

    check(settings, directory)
    app_dir = _directory(own.get("app_dir"), directory)
    found = find(own.get("app", ()), directory, app_dir, factory=settings.factory)
    command = Command(
        sites=found.sites,
        directory=directory,
        app_dir=found.app_dir,
        mode=own.get("mode", "cold" if settings.hot is False else "hot"),
        factory=found.factory,
        env_file=_env_file(own.get("env_file"), directory),
        audit=own.get("audit", True),
        warm_up=own.get("warm_up"),
        settings=settings,
        server=_server(own),
        use_colors=_colors(own.get("color"), environ),
    )
    return Resolved(command, (*found.said, *([ALWAYS] if given.get("reload") else [])))


def command_values(
    given: Mapping[str, Any], environ: Mapping[str, str], table: Mapping[str, object], where: str
) -> dict[str, Any]:
    """What the command alone reads, from the command line, the environment and pyproject.toml, in that order.

    where: the command that was given it. Raises as `Layers` does.
    """
    layers = Layers(PARSERS, others=frozenset(SETTINGS), in_code=frozenset({"strategies"}))
    mine = [(name, value) for name, value in given.items() if name not in SETTINGS]
    return {
        **layers.of_table(table),
        **layers.of_environment(environ),
        **layers.of_arguments(mine, where, spelled),
    }


def server_options(own: Mapping[str, Any]) -> ServerOptions:
    """Those of the command's values that are the server's; unchecked against each other."""
    names = {field.name for field in fields(ServerOptions)}
    return ServerOptions(**{name: value for name, value in own.items() if name in names})


def refuse_to_serve(settings: Settings, environ: Mapping[str, str]) -> None:
    """Raise `ReloadError` where reloading is switched off, or this is no developer's machine."""
    if settings.enabled is False:
        raise ReloadError(OFF)

    sign = sign_of_production(environ, [], optimized=sys.flags.optimize > 0)
    if sign is not None and not settings.i_know_this_is_not_production:
        raise ReloadError(PRODUCTION % sign)


def watched(given: Mapping[str, Any]) -> tuple[str, ...]:
    """What is watched by the spellings of uvicorn's, too: its directories, and what it includes beside their Python.

    A directory is watched with all that is in it, so a bare glob includes nothing that is not there already.
    """
    folders = (*(given.get("watch") or ()), *(given.get("reload_dir") or ()))
    included: Sequence[str] = given.get("reload_include") or ()

    if included and not folders:
        folders = (".",)

    return (*folders, *(path for path in included if "/" in path or not is_glob(path)))


def _without_aliases(given: Mapping[str, Any]) -> dict[str, Any]:
    ignored = (*(given.get("watch_ignore") or ()), *(given.get("reload_exclude") or ()))
    plain = {name: value for name, value in given.items() if name not in ALIASES}
    return {**plain, "watch": watched(given) or None, "ignore": ignored or None}


def spelled(name: str) -> str:
    """A setting's name as it stands on a command line."""
    return MODES.get(name, f"--{'watch-ignore' if name == 'ignore' else name.replace('_', '-')}")


def _server(own: Mapping[str, Any]) -> ServerOptions:
    server = server_options(own)

    if server.uds is not None and server.fd is not None:
        raise ReloadError("--uds and --fd are two sockets in place of a port; give one of them")

    check_certificates(server)
    return server


def _directory(text: str | None, base: Path) -> Path | None:
    if text is None:
        return None

    directory = (base / text).resolve()
    if not directory.is_dir():
        raise SettingError("--app-dir", text, f"{directory} is no directory; correct it")

    return directory


def _env_file(text: str | None, base: Path) -> Path | None:
    if text is None:
        return None

    read_env_file(base / text)
    return base / text


def _colors(wanted: bool | None, environ: Mapping[str, str]) -> bool | None:
    """`NO_COLOR` (no-color.org) counts where it is not empty, and the option more."""
    return False if wanted is None and environ.get("NO_COLOR") else wanted
