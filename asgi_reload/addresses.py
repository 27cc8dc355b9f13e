"""Hosts, origins and addresses as requests spell them, and lists of those that a user allows. Strict; pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from .errors import SettingError

if TYPE_CHECKING:
    from collections.abc import Iterable

IPAddress: TypeAlias = IPv4Address | IPv6Address
DEFAULT_PORTS = {"http": 80, "https": 443}
UNIX = "unix"
"""What a peer on a unix socket is called in a list of peers."""

MAX_AUTHORITY = 253 + len(":65535")

AUTHORITY = re.compile(
    r"(?:\[(?P<v6>[0-9a-f.]*:[0-9a-f:.]*)\]|(?P<name>[a-z0-9_-]+(?:\.[a-z0-9_-]+)*\.?))(?::(?P<port>[0-9]{1,5}))?",
    re.ASCII | re.IGNORECASE,
)
ORIGIN = re.compile(r"(?P<scheme>https?)://(?P<authority>[^/?#@\s]+)", re.ASCII)
PEER_NAME = re.compile(r"[a-z_][a-z0-9_.-]*|\*", re.ASCII | re.IGNORECASE)
HOST_PATTERN = re.compile(r"\*|(?:\*?\.)?[a-z0-9_](?:[a-z0-9._-]{0,251})", re.ASCII | re.IGNORECASE)


class Authority(NamedTuple):
    """A host in lower case (addresses without brackets) and the port, if one was given."""

    host: str
    port: int | None


class Origin(NamedTuple):
    scheme: str
    authority: Authority


def parse_authority(text: str) -> Authority | None:
    """`host[:port]` (RFC 3986, section 3.2 without userinfo), or None for anything else."""
    match = AUTHORITY.fullmatch(text) if len(text) <= MAX_AUTHORITY else None

    if match is None:
        return None

    port = int(match["port"]) if match["port"] else None
    host = _canonical(match["v6"]) if match["v6"] else _canonical(match["name"].removesuffix("."))
    malformed = bool(match["v6"]) and address_of(host) is None

    if malformed or (port is not None and not 0 < port < 65536):
        return None

    return Authority(host, port)


def parse_origin(text: str) -> Origin | None:
    """A serialised web origin (RFC 6454, section 6.2), or None for anything else, `null` included."""
    match = ORIGIN.fullmatch(text)
    authority = parse_authority(match["authority"]) if match else None

    return Origin(match["scheme"], authority) if match and authority else None


def address_of(text: str) -> IPAddress | None:
    """The text as an address; an IPv4 address in IPv6 clothes (`::ffff:127.0.0.1`) comes out as what it is."""
    try:
        address = ip_address(text)
    except ValueError:
        return None

    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def is_loopback(host: str) -> bool:
    """Whether the name or address can only mean this machine (RFC 6761, section 6.3, for `localhost`)."""
    address = address_of(host)

    if address is not None:
        return address.is_loopback

    return host == "localhost" or host.endswith(".localhost")


def _canonical(host: str) -> str:
    address = address_of(host)
    return str(address) if address is not None else host.lower()


@dataclass(frozen=True, slots=True)
class Hosts:
    """The hosts that a user allows: `example.test`, `*.example.test`, `.example.test` (both), `*`."""

    patterns: frozenset[str]

    @classmethod
    def of(cls, setting: str, entries: Iterable[str]) -> Hosts:
        """:raises SettingError: an entry is neither a host nor a pattern of one; a port does not belong here"""
        return cls(frozenset(cls._pattern(setting, entry) for entry in entries))

    @staticmethod
    def _pattern(setting: str, entry: str) -> str:
        bare = entry.removeprefix("[").removesuffix("]")

        if address_of(bare) is not None:
            return _canonical(bare)

        if HOST_PATTERN.fullmatch(entry) is None:
            raise SettingError(setting, entry, "give a host without scheme or port, such as 'dev.example.test'")

        return entry.lower()

    def __contains__(self, host: str) -> bool:
        parents = _parents(host)
        return (
            host in self.patterns
            or "*" in self.patterns
            or f".{host}" in self.patterns
            or any(f"*.{parent}" in self.patterns or f".{parent}" in self.patterns for parent in parents)
        )


def _parents(host: str) -> list[str]:
    labels = host.split(".")
    return [".".join(labels[start:]) for start in range(1, len(labels))]


@dataclass(frozen=True, slots=True)
class Peers:
    """Addresses, networks and names of peers that a user allows or trusts."""

    networks: tuple[IPv4Network | IPv6Network, ...]
    names: frozenset[str]

    @classmethod
    def of(cls, setting: str, entries: Iterable[str]) -> Peers:
        """:raises SettingError: an entry is neither an address, nor a network, nor a name"""
        networks, names = [], []

        for entry in entries:
            if PEER_NAME.fullmatch(entry):
                names.append(entry)
                continue
            try:
                networks.append(ip_network(entry, strict=False))
            except ValueError:
                remedy = "give an address (192.168.1.7), a network (192.168.1.0/24), 'unix' or '*'"
                raise SettingError(setting, entry, remedy) from None

        return cls(tuple(networks), frozenset(names))

    def __bool__(self) -> bool:
        return bool(self.networks or self.names)

    def __contains__(self, peer: str) -> bool:
        if peer in self.names or "*" in self.names:
            return True

        address = address_of(peer)
        return address is not None and any(address in network for network in self.networks)
