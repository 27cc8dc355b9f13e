"""How far a request is trusted: peer, Host, Origin, Sec-Fetch-Site, token. The one gate in front of all routes.

Default deny. It decides on the scope's own facts and never on a URL. Presence of a header may deny and absence of one
never allows: whoever is not a browser chooses every header, so what counts is the peer's address and the token.
"""

from __future__ import annotations

import hmac
import json
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from .access import CROSS_SITE, LOCAL_ONLY, MALFORMED_HOST, NO_TOKEN, STALE, Access, Decision, Peer, Refusal, Tier
from .addresses import DEFAULT_PORTS, Hosts, Peers, address_of, is_loopback
from .facts import READ, Facts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .settings import Settings

URL_SAFE: Final = re.compile(rb"[A-Za-z0-9_-]+")
MAX_QUOTED: Final = 253
MAX_REMEMBERED: Final = 64


@dataclass(frozen=True, slots=True)
class Standing:
    """How a request for a page stands.

    verdict: why its document is left alone, in constant words fit for a header; None if it may be injected. advice: the
    same for people, quoting the request and naming what to set. is_developer: at his own machine, by an allowed Host,
    and no other site's script; only he is shown a traceback. exposure: a line for him about anybody else.
    """

    verdict: str | None = None
    advice: str | None = None
    is_developer: bool = False
    exposure: str | None = None


class Guard:
    """Says for each request what it may have. Knows the settings and this server's page token, and no route.

    Raises `SettingError` for an entry of `allowed_hosts`, `allowed_peers` or `trusted_proxies` that cannot be one.
    """

    def __init__(self, settings: Settings, token: str) -> None:
        self._token = token.encode("ascii")
        self._hosts = Hosts.of("allowed_hosts", settings.allowed_hosts)
        self._peers = Peers.of("allowed_peers", settings.allowed_peers)
        self._proxies = Peers.of("trusted_proxies", settings.trusted_proxies)
        self._remembered = lru_cache(MAX_REMEMBERED)(self._stand)

    def decide(self, scope: Mapping[str, Any], access: Access) -> Decision:
        """What this request may have of a route that asks for `access`. Never raises, whatever the request holds."""
        facts = Facts.of(scope)
        peer = self._peer(facts)
        refusal = (
            self._host_refusal(facts)
            or _origin_refusal(facts)
            or _site_refusal(facts, access)
            or self._peer_refusal(peer)
        )

        if refusal is not None:
            return Decision(Tier.NONE, refusal)

        reached = Tier.LOCAL if peer.is_local else Tier.PAGE
        return self._with_token(facts, access, reached)

    def standing(self, scope: Mapping[str, Any]) -> Standing:
        """How a request for a page stands. Remembered, since a browser says the same of itself with every request."""
        # Pairs may be lists, which cannot be remembered.
        headers = tuple((name, value) for name, value in scope["headers"] if name.lower() in READ)
        client, server = scope.get("client"), scope.get("server")
        return self._remembered(
            scope.get("method", "GET"), scope.get("scheme"), client and client[0], server and server[0], headers
        )

    def limited_peer(self, scope: Mapping[str, Any]) -> str | None:
        """The address that counts against the limit of connections for one peer; None for this machine."""
        peer = self._peer(Facts.of(scope))
        return None if peer.is_local else peer.address or peer.direct

    def _stand(self, method: str, scheme: str, client: str | None, server: str | None, headers: Any) -> Standing:
        scope = {"type": "http", "method": method, "scheme": scheme, "headers": headers, "query_string": b""}
        facts = Facts.of({**scope, "client": client and (client, 0), "server": server and (server, 0)})
        peer = self._peer(facts)
        refusal = self._host_refusal(facts) or _fetch_refusal(facts) or self._peer_refusal(peer)

        exposure = None if peer.is_local else _exposure(peer)

        if refusal is not None:
            return Standing(refusal.reason, refusal.advice or refusal.reason, exposure=exposure)

        return Standing(is_developer=peer.is_local, exposure=exposure)

    def _host_refusal(self, facts: Facts) -> Refusal | None:
        if facts.authority is None:
            return MALFORMED_HOST

        host = facts.authority.host
        address = address_of(host)
        is_own_address = address is not None and address == address_of(facts.server)

        if is_loopback(host) or is_own_address or host in self._hosts:
            return None

        return Refusal(
            "the Host is not allowed; see allowed_hosts",
            f"the Host {_quoted(host)} is not allowed; allowed_hosts=[{_quoted(host)}] lets it in",
            is_public=True,
        )

    def _peer_refusal(self, peer: Peer) -> Refusal | None:
        if peer.is_local or (peer.address is not None and peer.address in self._peers):
            return None

        if peer.address is None:
            proxy = _quoted(peer.direct)
            return Refusal(
                "a proxy is not trusted; see trusted_proxies",
                f"the request passed a proxy ({proxy}) that is not trusted or does not say for whom;"
                f" trusted_proxies=[{proxy}] trusts it",
            )

        address = _quoted(peer.address)
        return Refusal(
            "the peer is not this machine; see allowed_peers",
            f"the peer {address} is not this machine; allowed_peers=[{address}] lets it in",
        )

    def _peer(self, facts: Facts) -> Peer:
        if facts.hops is None:
            return Peer(facts.direct, facts.direct)

        # The last in the chain that is no trusted proxy: all before it is hearsay.
        first = next(iter(facts.hops), None)
        nearest = next((hop for hop in reversed(facts.hops) if hop not in self._proxies), first)
        # A server that trusts the proxy has put the client's address in the proxy's place.
        is_told = facts.direct in self._proxies or (bool(self._proxies) and facts.direct == nearest)
        return Peer(facts.direct, nearest if is_told else None)

    def _with_token(self, facts: Facts, access: Access, reached: Tier) -> Decision:
        has_token = len(facts.tokens) == 1 and all(hmac.compare_digest(t, self._token) for t in facts.tokens)
        tier = reached if has_token else Tier.NONE

        if access is Access.ASSET:
            return Decision(tier)

        if access in (Access.LOCAL, Access.SECRET, Access.ACT) and reached is not Tier.LOCAL:
            return Decision(tier, LOCAL_ONLY)

        if has_token:
            return Decision(tier)

        if access is Access.LOCAL and facts.is_safe and not facts.tokens and not facts.has_origin:
            return Decision(reached)

        is_stale = len(facts.tokens) == 1 and all(self._is_well_formed(token) for token in facts.tokens)
        return Decision(Tier.NONE, STALE if is_stale else NO_TOKEN, is_stale)

    def _is_well_formed(self, token: bytes) -> bool:
        return len(token) == len(self._token) and URL_SAFE.fullmatch(token) is not None


def _origin_refusal(facts: Facts) -> Refusal | None:
    if not facts.has_origin:
        # Browsers always send it with a WebSocket (RFC 6455, section 4.1).
        return CROSS_SITE if facts.is_socket else None

    if facts.origin is None or facts.authority is None:
        return CROSS_SITE

    # TLS may end before us, so the origin may be https where we see http; never the other way round.
    is_downgrade = facts.is_secure and facts.origin.scheme == "http"
    default = DEFAULT_PORTS[facts.origin.scheme]
    theirs, ours = facts.origin.authority, facts.authority
    is_ours = (theirs.host, theirs.port or default) == (ours.host, ours.port or default)
    return None if is_ours and not is_downgrade else CROSS_SITE


def _site_refusal(facts: Facts, access: Access) -> Refusal | None:
    match facts.site:
        case () | (b"same-origin",):
            return None
        case (b"none",):
            # The address bar: somebody wants to read this.
            is_read = access in (Access.ASSET, Access.LOCAL) and facts.is_safe and facts.mode == (b"navigate",)
            return None if is_read else CROSS_SITE
        case _:
            return CROSS_SITE


def _fetch_refusal(facts: Facts) -> Refusal | None:
    """A person may come to a page from anywhere; a script may read it, and our token in it, only at home."""
    if facts.mode == (b"navigate",):
        return None

    is_foreign = facts.site not in ((), (b"same-origin",), (b"none",))
    return CROSS_SITE if is_foreign else _origin_refusal(facts)


def _exposure(peer: Peer) -> str:
    who = _quoted(peer.address) if peer.address else f"behind the proxy {_quoted(peer.direct)}"
    return f"reached from another machine ({who}): whoever can load a page here is told of your saves"


def _quoted(text: str) -> str:
    return json.dumps(text[:MAX_QUOTED])
