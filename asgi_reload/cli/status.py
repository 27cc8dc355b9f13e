"""`asgi-reload status`: what a server that runs already says of itself, as JSON; and whether all is well there."""

from __future__ import annotations

import json
import ssl
import sys
import urllib.request
from typing import TYPE_CHECKING, Any, Final
from urllib.error import HTTPError
from urllib.parse import urlsplit

from ..addresses import is_loopback
from ..errors import ReloadError
from ..settings import PARSERS as SETTINGS
from ..settings import pyproject_table, resolve
from .resolving import command_values, server_options, spelled

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from ..command import ServerOptions
    from .output import Screen

FINE, NOT_FINE, NOBODY = 0, 1, 2
DEADLINE_S: Final = 5.0
MAX_BYTES: Final = 4 * 1024 * 1024
WILDCARDS: Final = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}


def tell_status(given: Mapping[str, Any], directory: Path, environ: Mapping[str, str], screen: Screen) -> int:
    """Print it: 0 if all is well, 1 if something is wrong, 2 if nobody answers. Raises `ReloadError` for bad input."""
    url = _url(given, directory, environ)
    try:
        status = _asked(url)
    except (OSError, ValueError) as error:
        screen.line(f"no status from {url}: {_why(error)}; is the server running, and ReloadMiddleware on?", "bold red")
        return NOBODY

    sys.stdout.write(f"{json.dumps(status, indent=2)}\n")
    return FINE if status.get("fine") is True else NOT_FINE


def _asked(url: str) -> dict[str, Any]:
    """Raises OSError if nobody answers well, ValueError if it is no status."""
    context = ssl.create_default_context()
    if is_loopback(urlsplit(url).hostname or ""):
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE  # one that a developer made for himself
    # No proxy: this machine is meant.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=context))
    with opener.open(url, timeout=DEADLINE_S) as answer:
        status = json.loads(answer.read(MAX_BYTES))

    if not isinstance(status, dict) or "boot" not in status:
        raise ValueError("what answers there is no status")
    return status


def _url(given: Mapping[str, Any], directory: Path, environ: Mapping[str, str]) -> str:
    table = pyproject_table(directory)
    of_pages = {name: value for name, value in given.items() if name in SETTINGS}
    prefix = resolve(of_pages, environ, table, spelled).prefix  # type: ignore[arg-type]
    mine = {name: value for name, value in given.items() if name != "url"}
    server = server_options(command_values(mine, environ, table, "asgi-reload status"))
    urls = given.get("url") or (f"{'https' if server.ssl_certfile else 'http'}://{_authority(server)}",)
    if len(urls) > 1:
        raise ReloadError(f"expected one address of a server, not {len(urls)}: {' '.join(urls)}")
    (where,) = urls
    parts = urlsplit(where)

    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ReloadError(f"{where!r} is no address of a server; expected one such as http://127.0.0.1:8000")
    path = parts.path.rstrip("/")
    return f"{parts.scheme}://{parts.netloc}{path if path[-len(prefix) :] == prefix else path + prefix}/status"


def _authority(server: ServerOptions) -> str:
    host = WILDCARDS.get(server.host, server.host)
    return f"[{host}]:{server.port}" if ":" in host else f"{host}:{server.port}"


def _why(error: Exception) -> str:
    match error:
        case HTTPError(code=code):
            return f"it answered {code}"
        case OSError():
            return str(getattr(error, "reason", "") or error)
        case _:
            return "what answers there is no status"
