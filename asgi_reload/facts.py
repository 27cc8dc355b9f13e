"""What a request says of itself: peer, Host, Origin, fetch metadata, tokens. Read once here, judged elsewhere.

Headers are bytes that anybody may have chosen, so everything here is either parsed strictly or None.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote_plus

from .addresses import UNIX, address_of, parse_authority, parse_origin

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .addresses import Authority, Origin

SUBPROTOCOL: Final = "asgi-reload"
TOKEN_SUBPROTOCOL: Final = "token."
TOKEN_HEADER: Final = b"x-asgi-reload-token"
MASK: Final = b"***"
MAX_QUERY: Final = 2048
SAFE_METHODS: Final = frozenset({"GET", "HEAD"})

FORWARDING: Final = frozenset(
    (b"forwarded", b"x-forwarded-for", b"x-forwarded-host", b"x-forwarded-proto", b"x-forwarded-port")
    + (b"x-forwarded-server", b"x-real-ip", b"x-client-ip", b"via", b"cf-connecting-ip", b"true-client-ip")
)
FACTS: Final = frozenset((b"host", b"origin", b"sec-fetch-site", b"sec-fetch-mode", b"sec-websocket-protocol"))
READ: Final = FORWARDING | FACTS | {TOKEN_HEADER}
FORWARDED_FOR: Final = re.compile(r'\bfor="?([^;,"\s]+)', re.IGNORECASE)

Headers = dict[bytes, tuple[bytes, ...]]


@dataclass(frozen=True, slots=True)
class Facts:
    """One request.

    authority: its Host; None if it is missing, doubled or malformed. has_origin, origin: None if it is not one origin
    of http or https. site, mode: the fetch metadata, as sent. direct: who is connected to us, `unix` on a unix socket.
    hops: the addresses that proxies say they served, the nearest last; None if there is no sign of a proxy.
    """

    is_socket: bool
    is_safe: bool
    is_secure: bool
    authority: Authority | None
    has_origin: bool
    origin: Origin | None
    site: tuple[bytes, ...]
    mode: tuple[bytes, ...]
    tokens: frozenset[bytes]
    direct: str
    server: str
    hops: tuple[str, ...] | None

    @classmethod
    def of(cls, scope: Mapping[str, Any]) -> Facts:
        """The facts of an http or websocket scope. Never raises, whatever the request holds."""
        headers = _read(scope)
        hosts, origins = headers.get(b"host", ()), headers.get(b"origin", ())
        is_socket = scope["type"] == "websocket"
        is_safe = is_socket or scope["method"] in SAFE_METHODS
        query = scope.get("query_string") or b""  # a WebSocket's scope may have none
        return cls(
            is_socket=is_socket,
            is_safe=is_safe,
            is_secure=scope.get("scheme") in ("https", "wss"),
            authority=parse_authority(_text(hosts[0])) if len(hosts) == 1 else None,
            has_origin=bool(origins),
            origin=parse_origin(_text(origins[0])) if len(origins) == 1 else None,
            site=headers.get(b"sec-fetch-site", ()),
            mode=headers.get(b"sec-fetch-mode", ()),
            tokens=_tokens(headers, query if is_safe else b"", is_socket=is_socket),
            direct=_end(scope.get("client")) or UNIX,
            server=_end(scope.get("server")),
            hops=None if FORWARDING.isdisjoint(headers) else _hops(headers),
        )


def masked(query: bytes) -> bytes:
    """The query string without the value of any `token`, for logs."""
    return b"&".join(b"token=" + MASK if _name(part) == "token" else part for part in query.split(b"&"))


def _read(scope: Mapping[str, Any]) -> Headers:
    headers: Headers = {}

    for name, value in scope["headers"]:
        name = name.lower()
        if name in READ:
            headers[name] = (*headers.get(name, ()), value)

    return headers


def _end(address: Any) -> str:
    return str(address[0] or "") if address else ""


def _tokens(headers: Headers, query: bytes, *, is_socket: bool) -> frozenset[bytes]:
    tokens = set(headers.get(TOKEN_HEADER, ()))

    if is_socket:
        offered = ",".join(map(_text, headers.get(b"sec-websocket-protocol", ()))).split(",")
        names = (name.strip().partition(TOKEN_SUBPROTOCOL) for name in offered)
        tokens.update(token.encode("latin-1") for before, dot, token in names if dot and not before)

    if len(query) <= MAX_QUERY:
        tokens.update(part.partition(b"=")[2] for part in query.split(b"&") if _name(part) == "token")

    return frozenset(tokens)


def _name(part: bytes) -> str:
    return unquote_plus(_text(part.partition(b"=")[0]))


def _hops(headers: Headers) -> tuple[str, ...]:
    if b"x-forwarded-for" in headers:
        told = _text(b",".join(headers[b"x-forwarded-for"])).split(",")
    else:
        told = FORWARDED_FOR.findall(_text(b",".join(headers.get(b"forwarded", ()))))

    # All that stands before something that is no address may have been put there by anybody.
    hops = [_hop(text.strip()) for text in told]
    known = hops[len(hops) - hops[::-1].index(None) :] if None in hops else hops
    return tuple(hop for hop in known if hop is not None)


def _hop(text: str) -> str | None:
    authority = parse_authority(text)
    address = address_of(text) or (address_of(authority.host) if authority else None)
    return None if address is None else str(address)


def _text(value: bytes) -> str:
    return value.decode("latin-1")
