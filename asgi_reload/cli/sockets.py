"""The sockets that the server listens at, bound before anything else starts. What is in the way is said at once."""

from __future__ import annotations

import errno
import os
import socket
import stat
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ..addresses import address_of, is_loopback
from ..errors import ReloadError, SettingError
from .holders import holder_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..command import ServerOptions

INTERNET: Final[tuple[int, ...]] = (socket.AF_INET, socket.AF_INET6)
PORTS_TRIED: Final = 100
REMOTE: Final = (
    "other machines could reach it, and with it your code as it runs; --allow-remote says that this is meant,"
    " --host 127.0.0.1 keeps it here"
)


class PortTaken(ReloadError):
    """A port is in use. `free` is the next one that is not, if there is one."""

    def __init__(self, port: int, free: int | None) -> None:
        holder = holder_of(port)
        by = f" by {holder}" if holder else ""
        super().__init__(f"port {port} is in use{by}" + (f"; --port {free} is free" if free else ""))
        self.free = free


def bind(server: ServerOptions) -> list[socket.socket]:
    """Sockets that do not listen yet (but for one that was handed over).

    Raises `PortTaken`, and `SettingError` for an address that cannot be had or that others may reach unasked.
    """
    if server.fd is not None:
        return [_handed_over(server.fd, server)]
    if server.uds is not None:
        return [_unix(server.uds)]

    addresses = _resolved(server.host)
    if not server.allow_remote and not all(is_loopback(host) for _, host in addresses):
        raise SettingError("--host", server.host, REMOTE)

    try:
        return _bound(addresses, server.port)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise PortTaken(server.port, _next_free(addresses, server.port)) from error
        raise SettingError(
            "--host", server.host, f"cannot be listened at ({error.strerror}), port {server.port}"
        ) from error


def url_of(server: ServerOptions, bound: socket.socket) -> str:
    """The URL for a browser on this machine; for a unix socket, its path.

    Without the root path: who asks past the proxy does not have it in front, and the server puts it there itself.
    """
    if bound.family == getattr(socket, "AF_UNIX", None):
        return f"unix:{bound.getsockname()}"

    host, port = bound.getsockname()[:2]
    address = address_of(host)
    here = ("[::1]" if bound.family == socket.AF_INET6 else "127.0.0.1") if address and address.is_unspecified else host
    name = f"[{here}]" if ":" in here and here[0] != "[" else here
    return f"{server.scheme}://{name}:{port}"


def is_remote(sockets: Iterable[socket.socket]) -> bool:
    """Can other machines reach one of these?"""
    return any(not is_loopback(bound.getsockname()[0]) for bound in sockets if bound.family in INTERNET)


def _resolved(host: str) -> list[tuple[socket.AddressFamily, str]]:
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, UnicodeError) as error:
        raise SettingError("--host", host, "is no address of this machine; use 127.0.0.1 or localhost") from error

    return list(dict.fromkeys((family, str(address[0])) for family, _, _, _, address in found if family in INTERNET))


def _bound(addresses: Iterable[tuple[socket.AddressFamily, str]], port: int) -> list[socket.socket]:
    """One socket each, all at the same port. An address family that this machine has not is passed over."""
    sockets: list[socket.socket] = []
    lacking: OSError | None = None

    with ExitStack() as undo:
        for family, host in addresses:
            try:
                sockets.append(_tcp(family, host, port))
            except OSError as error:
                if error.errno not in (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT):
                    raise
                lacking = error
                continue
            undo.callback(sockets[-1].close)
            port = sockets[-1].getsockname()[1]
        if not sockets and lacking is not None:
            raise lacking
        undo.pop_all()

    return sockets


def _tcp(family: socket.AddressFamily, host: str, port: int) -> socket.socket:
    bound = socket.socket(family, socket.SOCK_STREAM)

    try:
        if sys.platform != "win32":  # there it would share the port with whoever has it
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            bound.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        bound.bind((host, port))
        bound.listen()  # only now is the port ours: two may bind it, one may listen
    except OSError:
        bound.close()
        raise

    return bound


def _next_free(addresses: Iterable[tuple[socket.AddressFamily, str]], port: int) -> int | None:
    for candidate in range(port + 1, min(port + 1 + PORTS_TRIED, 65_536)):
        try:
            sockets = _bound(addresses, candidate)
        except OSError:
            continue
        for bound in sockets:
            bound.close()
        return candidate

    return None


def _unix(path: str) -> socket.socket:
    bound = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)

    try:
        _clear(path)
        bound.bind(path)
        Path(path).chmod(0o666)  # as uvicorn does: a proxy runs as somebody else
        bound.listen()
    except OSError as error:
        bound.close()
        raise SettingError("--uds", path, f"cannot be bound ({error.strerror or error})") from error

    return bound


def _clear(path: str) -> None:
    """Take away a socket that nobody listens at any more."""
    file = Path(path)
    if not file.exists() or not stat.S_ISSOCK(file.stat().st_mode):
        return

    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        if probe.connect_ex(path) == errno.ECONNREFUSED:
            file.unlink()


def _handed_over(descriptor: int, server: ServerOptions) -> socket.socket:
    try:
        bound = socket.socket(fileno=os.dup(descriptor))
    except OSError as error:
        raise SettingError("--fd", descriptor, f"is no open socket ({error.strerror})") from error

    if not server.allow_remote and is_remote([bound]):
        bound.close()
        raise SettingError("--fd", descriptor, REMOTE)

    return bound
