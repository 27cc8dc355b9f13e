"""Whether the server's certificate can be used, found out before anything else starts."""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ..errors import SettingError
from ..printable import printable

if TYPE_CHECKING:
    from ..command import ServerOptions

LOCKED: Final = "the key is locked; give --ssl-keyfile-password"


class _Locked(Exception):
    pass


def check_certificates(server: ServerOptions) -> None:
    """Raises `SettingError` for a certificate, key or list of either that is not there or no use."""
    if server.ssl_certfile is None:
        if server.ssl_keyfile is not None:
            raise SettingError("--ssl-keyfile", server.ssl_keyfile, "needs --ssl-certfile, the certificate, beside it")
        return

    _check_readable("--ssl-certfile", server.ssl_certfile)
    _check_readable("--ssl-keyfile", server.ssl_keyfile)
    _check_readable("--ssl-ca-certs", server.ssl_ca_certs)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)

    try:
        context.load_cert_chain(server.ssl_certfile, server.ssl_keyfile, lambda: _password(server))
    except _Locked as error:
        raise SettingError("--ssl-keyfile", server.ssl_keyfile or server.ssl_certfile, LOCKED) from error
    except (OSError, ValueError) as error:
        remedy = f"is no certificate with its key ({_reason(error)}); give --ssl-certfile and --ssl-keyfile in PEM"
        raise SettingError("--ssl-certfile", server.ssl_certfile, remedy) from error

    _check_more(context, server)


def _check_more(context: ssl.SSLContext, server: ServerOptions) -> None:
    try:
        if server.ssl_ca_certs is not None:
            context.load_verify_locations(server.ssl_ca_certs)
    except (OSError, ValueError) as error:
        raise SettingError(
            "--ssl-ca-certs", server.ssl_ca_certs, f"holds no certificates ({_reason(error)})"
        ) from error

    try:
        if server.ssl_ciphers is not None:
            context.set_ciphers(server.ssl_ciphers)
    except ssl.SSLError as error:
        raise SettingError("--ssl-ciphers", server.ssl_ciphers, "names no cipher that this OpenSSL has") from error


def _check_readable(option: str, path: str | None) -> None:
    try:
        if path is not None:
            Path(path).open("rb").close()
    except OSError as error:
        raise SettingError(option, path, f"cannot be read ({error.strerror}); correct it") from error


def _password(server: ServerOptions) -> str:
    # Without an answer OpenSSL would ask on the terminal.
    if server.ssl_keyfile_password is None:
        raise _Locked

    return server.ssl_keyfile_password


def _reason(error: Exception) -> str:
    return printable((getattr(error, "reason", None) or str(error)).replace("_", " ").lower(), 80)
