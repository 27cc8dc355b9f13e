"""The options of the command that are not the middleware's: their names, and what may be written for each.

They stand in the same table of pyproject.toml and in the same environment, where the middleware passes them over.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from . import parsers

if TYPE_CHECKING:
    from .layers import Parser

PARSERS: Final[dict[str, Parser]] = {
    "app": parsers.strings,
    "app_dir": parsers.text,
    "mode": parsers.mode,
    "audit": parsers.boolean,
    "warm_up": parsers.modules,
    "env_file": parsers.text,
    "color": parsers.boolean,
    "host": parsers.text,
    "port": parsers.port,
    "uds": parsers.text,
    "fd": parsers.descriptor,
    "ssl_keyfile": parsers.text,
    "ssl_certfile": parsers.text,
    "ssl_keyfile_password": parsers.text,
    "ssl_ca_certs": parsers.text,
    "ssl_ciphers": parsers.text,
    "root_path": parsers.text,
    "proxy_headers": parsers.boolean,
    "forwarded_allow_ips": parsers.text,
    "log_level": parsers.log_level,
    "access_log": parsers.boolean,
    "timeout_graceful_shutdown": parsers.seconds,
    "allow_remote": parsers.boolean,
    "open": parsers.boolean,
}
