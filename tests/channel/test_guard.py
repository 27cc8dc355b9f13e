"""The one gate: who may have what. Each row is a request that an attacker, or a developer, can make."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asgi_reload.access import Access, Tier
from asgi_reload.facts import masked
from asgi_reload.guard import Guard
from asgi_reload.settings import Settings

from .kit import HOST, OLD_TOKEN, ORIGIN, TOKEN, http, websocket, with_token

if TYPE_CHECKING:
    from starlette.types import Scope

FOREIGN_ORIGINS = [
    *("https://evil.example", "null", "http://127.0.0.1.evil.com:8000", "http://localhost.evil.com:8000"),
    *("http://203.0.113.5:8000", "http://127.0.0.1:9999", "http://127.0.0.1", "http://localhost:8000"),
    *(
        "http://127.0.0.1:8000@evil.example",
        "http://evil.example#127.0.0.1:8000",
        "file://",
        "",
        "http://127.0.0.1:8000/",
    ),
    *("http://127.0.0.1:8000.", "http://127.0.0.2:8000", "http://[::1]:8000", "ws://127.0.0.1:8000", "\xff"),
]


def guard(**settings: Any) -> Guard:
    return Guard(Settings(**settings), TOKEN)


def tier(scope: Scope, access: Access = Access.PAGE, **settings: Any) -> Tier:
    decision = guard(**settings).decide(scope, access)
    assert decision.admits or decision.refusal is not None
    return decision.tier


def admits(scope: Scope, access: Access = Access.PAGE, **settings: Any) -> bool:
    return guard(**settings).decide(scope, access).admits


def test_a_page_of_ours_is_admitted() -> None:
    assert admits(http("events", with_token()))
    assert admits(http("events", with_token({"origin": ORIGIN, "sec-fetch-site": "same-origin"})))
    assert admits(http("events", query=f"a=1&token={TOKEN}&b=2"))
    assert admits(websocket())


def test_the_token_is_asked_for() -> None:
    assert not admits(http("events"))
    assert not admits(http("events", query="token="))
    assert not admits(http("events", {"x-asgi-reload-token": f"{TOKEN}x"}))
    assert not admits(http("events", {"x-asgi-reload-token": TOKEN.upper()}))
    assert not admits(websocket(token=None))
    assert not admits(websocket(token="wrong"))


def test_a_token_in_a_subprotocol_counts_for_a_websocket_only() -> None:
    assert not admits(http("events", {"sec-websocket-protocol": f"asgi-reload, token.{TOKEN}"}))


def test_two_different_tokens_are_none() -> None:
    assert not admits(http("events", with_token(), query="token=other"))
    assert admits(http("events", with_token(), query=f"token={TOKEN}"))


def test_what_changes_something_shows_its_token_in_the_header() -> None:
    assert admits(http("messages", with_token(), method="POST"))
    assert not admits(http("messages", method="POST", query=f"token={TOKEN}"))


def test_a_token_of_an_earlier_server_is_told_from_none() -> None:
    for scope in (http("events", {"x-asgi-reload-token": OLD_TOKEN}), websocket(token=OLD_TOKEN)):
        decision = guard().decide(scope, Access.PAGE)
        assert (decision.admits, decision.is_stale, decision.tier) == (False, True, Tier.NONE)

    for token in ("short", f"{OLD_TOKEN}x", "<script>alert(1)</scr>"):
        assert not guard().decide(http("events", {"x-asgi-reload-token": token}), Access.PAGE).is_stale


@pytest.mark.parametrize(
    "scope", [http("events", with_token({"origin": "null"})), http("events", with_token(), host="evil")]
)
def test_only_who_is_right_otherwise_is_told_that_he_is_stale(scope: Scope) -> None:
    assert not guard().decide(scope, Access.PAGE).is_stale


@pytest.mark.parametrize("origin", FOREIGN_ORIGINS)
def test_another_sites_request_is_refused(origin: str) -> None:
    assert tier(http("events", with_token({"origin": origin}))) is Tier.NONE
    assert tier(websocket(headers={"origin": origin})) is Tier.NONE
    assert not admits(http("boot.js", {"origin": origin}), Access.ASSET)


def test_two_origins_are_refused() -> None:
    twice = [*with_token().items(), ("origin", ORIGIN), ("origin", ORIGIN)]
    assert not admits(http("events", twice))


def test_a_websocket_without_an_origin_is_no_browsers() -> None:
    scope = websocket()
    scope["headers"] = [pair for pair in scope["headers"] if pair[0] != b"origin"]

    assert not admits(scope)


@pytest.mark.parametrize(
    ("host", "origin", "scheme", "same"),
    [
        ("localhost", "http://localhost", "http", True),
        ("localhost", "http://localhost:80", "http", True),
        ("localhost", "https://localhost", "https", True),
        ("localhost:443", "https://localhost", "https", True),
        ("localhost", "https://localhost", "http", True),  # TLS ends at a proxy
        ("localhost", "http://localhost", "https", False),
        ("localhost", "http://localhost:8000", "http", False),
        ("LOCALHOST:8000", "http://localhost:8000", "http", True),
        ("[::1]:8000", "http://[::1]:8000", "http", True),
    ],
)
def test_an_origin_is_compared_with_its_default_port(host: str, origin: str, scheme: str, same: bool) -> None:
    assert admits(http("events", with_token({"origin": origin}), host=host, scheme=scheme)) is same


@pytest.mark.parametrize("site", ["cross-site", "same-site", "", "Same-Origin", "unknown"])
def test_fetch_metadata_may_deny(site: str) -> None:
    for access in Access:
        assert not admits(http("x", with_token({"sec-fetch-site": site})), access)


def test_doubled_fetch_metadata_denies() -> None:
    twice = [*with_token().items(), ("sec-fetch-site", "same-origin"), ("sec-fetch-site", "same-origin")]
    assert not admits(http("events", twice))


def test_the_address_bar_may_read_but_not_listen() -> None:
    typed = {"sec-fetch-site": "none", "sec-fetch-mode": "navigate"}

    assert admits(http("status", typed), Access.LOCAL)
    assert admits(http("boot.js", typed), Access.ASSET)
    assert not admits(http("events", with_token(typed)), Access.PAGE)
    assert not admits(http("status", {**typed, "sec-fetch-mode": "no-cors"}), Access.LOCAL)
    assert not admits(http("status", with_token(typed), method="POST"), Access.LOCAL)


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "localhost:8000",
        "shop.localhost:8000",
        "127.0.0.1:8000",
        "127.3.2.1",
        "[::1]:8000",
        "[::ffff:7f00:1]",
    ],
)
def test_a_loopback_host_is_allowed(host: str) -> None:
    assert admits(http("events", with_token(), host=host))
    assert guard().standing(http("/", host=host)).verdict is None


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "localhost.evil.com",
        "127.0.0.1.nip.io",
        "192.168.1.7",
        "0.0.0.0:8000",
        "[::]:8000",
        "127.1",
        "metadata",
    ],
)
def test_another_host_is_refused_and_the_setting_named(host: str) -> None:
    decision = guard().decide(http("events", with_token(), host=host), Access.PAGE)
    assert decision.refusal is not None
    assert (decision.tier, decision.refusal.status) == (Tier.NONE, 403)
    assert "allowed_hosts=[" in decision.refusal.advice
    assert guard().standing(http("/", host=host)).verdict == "the Host is not allowed; see allowed_hosts"


def test_a_name_that_is_allowed_is_a_host() -> None:
    scope = http("events", with_token({"origin": "https://dev.example"}), host="dev.example")
    assert admits(scope, allowed_hosts=("dev.example",))
    assert not admits(scope, allowed_hosts=("example",))


def test_an_address_is_a_host_if_it_is_the_sockets_own() -> None:
    scope = http("events", with_token(), host="192.168.1.5:8000", server=("192.168.1.5", 8000))
    assert admits(scope)
    assert not admits({**scope, "server": ("192.168.1.6", 8000)})
    assert not admits({**scope, "server": None})


MALFORMED_HOSTS = [
    "",
    "a/?x=",
    "localhost:99999",
    "user@localhost",
    "localhost:8000, evil",
    "localhost:x",
    "[::1",
    "\xe9",
]


@pytest.mark.parametrize("host", [None, *MALFORMED_HOSTS])
def test_a_malformed_host_is_a_bad_request(host: str | None) -> None:
    decision = guard().decide(http("events", with_token(), host=host), Access.PAGE)
    assert decision.refusal is not None
    assert decision.refusal.status == 400
    assert guard().standing(http("/", host=host)).verdict is not None


def test_two_hosts_are_a_bad_request() -> None:
    decision = guard().decide(http("events", [*with_token().items(), ("host", HOST)]), Access.PAGE)
    assert decision.refusal is not None
    assert decision.refusal.status == 400


def test_advice_quotes_a_host_and_keeps_it_short() -> None:
    advice = guard().standing(http("/", host=f"{'a' * 250}.b")).advice
    assert advice is not None
    assert len(advice) < 700
    assert '\\"' not in advice


def test_headers_may_be_lists() -> None:
    scope = http("/")
    assert guard().standing({**scope, "headers": [list(field) for field in scope["headers"]]}).is_developer


@pytest.mark.parametrize("query", [{}, {"query_string": None}])
def test_a_socket_may_come_without_a_query(query: dict[str, None]) -> None:
    scope = websocket()
    del scope["query_string"]
    assert admits({**scope, **query}, Access.PAGE)


@pytest.mark.parametrize("peer", ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1", None, ""])
def test_this_machine_reaches_the_local_tier(peer: str | None) -> None:
    scope = http("status", with_token(), peer=peer)
    assert tier(scope) is Tier.LOCAL
    assert guard().standing(scope).is_developer
    assert guard().standing(scope).verdict is None
    assert guard().standing(scope).exposure is None
    assert guard().limited_peer(scope) is None


FORGED = {
    "origin": "http://localhost:8000",
    "x-forwarded-for": "127.0.0.1",
    "forwarded": "for=127.0.0.1",
    "x-real-ip": "127.0.0.1",
}


@pytest.mark.parametrize("forged", [{}, FORGED, {"x-forwarded-for": "127.0.0.1"}, {"via": "1.1 nginx"}])
@pytest.mark.parametrize("enabled", [None, True])
def test_another_machine_never_reaches_the_local_tier(forged: dict[str, str], enabled: bool | None) -> None:
    scope = http("status", with_token(forged), host="localhost:8000", peer="192.168.1.7")

    for access in Access:
        assert tier(scope, access, enabled=enabled) <= Tier.PAGE
    assert not admits(scope, Access.LOCAL, enabled=enabled)
    assert not admits(scope, Access.ACT, enabled=enabled)
    assert not guard(enabled=enabled).standing(scope).is_developer


FORWARDING = [
    *("x-forwarded-for", "X-Forwarded-Host", "x-forwarded-proto", "forwarded", "via", "x-real-ip", "cf-connecting-ip"),
    *("true-client-ip", "x-client-ip", "x-forwarded-port", "x-forwarded-server"),
]


@pytest.mark.parametrize("header", FORWARDING)
def test_a_proxy_on_this_machine_is_not_this_machine(header: str) -> None:
    scope = http("status", with_token({header: "127.0.0.1"}))

    assert tier(scope) is Tier.NONE
    assert not guard().standing(scope).is_developer
    assert guard().standing(scope).verdict == "a proxy is not trusted; see trusted_proxies"
    assert 'trusted_proxies=["127.0.0.1"]' in (guard().standing(scope).advice or "")


@pytest.mark.parametrize(
    ("peer", "headers", "tier_reached"),
    [
        ("127.0.0.1", {"x-forwarded-for": "127.0.0.1"}, Tier.LOCAL),
        ("127.0.0.1", {"x-forwarded-for": "203.0.113.9"}, Tier.NONE),
        ("127.0.0.1", {"x-forwarded-for": "127.0.0.1, 203.0.113.9"}, Tier.NONE),  # forged by the client
        ("127.0.0.1", {"x-forwarded-for": "203.0.113.9, 127.0.0.1"}, Tier.NONE),  # a chain of our own proxies
        ("127.0.0.1", {"x-forwarded-for": "127.0.0.1, unknown"}, Tier.NONE),
        ("127.0.0.1", {"x-forwarded-for": ""}, Tier.NONE),
        ("127.0.0.1", {"via": "1.1 nginx"}, Tier.NONE),
        ("127.0.0.1", {"forwarded": 'for="[::1]:4711";proto=http'}, Tier.LOCAL),
        ("127.0.0.1", {"forwarded": "for=127.0.0.1, for=203.0.113.9"}, Tier.NONE),
        ("127.0.0.1", {"forwarded": "for=_hidden"}, Tier.NONE),
        ("192.168.1.7", {"x-forwarded-for": "127.0.0.1"}, Tier.NONE),
        ("203.0.113.9", {"x-forwarded-for": "203.0.113.9"}, Tier.NONE),
        (None, {"x-forwarded-for": "127.0.0.1"}, Tier.NONE),
    ],
)
def test_a_trusted_proxy_tells_for_whom_it_asks(peer: str | None, headers: dict[str, str], tier_reached: Tier) -> None:
    scope = http("status", with_token(headers), peer=peer)
    assert tier(scope, trusted_proxies=("127.0.0.1",)) is tier_reached


def test_a_server_may_have_put_the_client_in_its_trusted_proxys_place() -> None:
    scope = http("events", with_token({"x-forwarded-for": "192.168.1.7"}), peer="192.168.1.7")

    assert admits(scope, trusted_proxies=("127.0.0.1",), allowed_peers=("192.168.1.0/24",))
    assert not admits(scope, allowed_peers=("192.168.1.0/24",))


def test_a_proxy_on_a_unix_socket_is_trusted_by_name() -> None:
    scope = http("events", with_token({"x-forwarded-for": "127.0.0.1"}), peer=None)
    assert admits(scope, trusted_proxies=("unix",))


def test_another_machine_is_left_alone_and_told_why() -> None:
    scope = http("/", peer="172.17.0.1")
    assert guard().standing(scope).verdict == "the peer is not this machine; see allowed_peers"
    assert 'allowed_peers=["172.17.0.1"]' in (guard().standing(scope).advice or "")
    assert not admits(http("boot.js", peer="172.17.0.1"), Access.ASSET)


@pytest.mark.parametrize("settings", [{"allowed_peers": ("172.16.0.0/12",)}, {"allowed_peers": ("*",)}])
def test_another_machine_is_let_in_by_name_as_a_page(settings: dict[str, Any]) -> None:
    scope = http("events", with_token(), peer="172.17.0.1")

    assert guard(**settings).standing(scope).verdict is None
    assert tier(scope, **settings) is Tier.PAGE
    assert not admits(scope, Access.LOCAL, **settings)
    assert '"172.17.0.1"' in (guard(**settings).standing(scope).exposure or "")
    assert guard(**settings).limited_peer(scope) == "172.17.0.1"


ELSEWHERE = "https://elsewhere.example"


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"},  # a link on another site
        {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "origin": ELSEWHERE},  # a form on another site
        {"sec-fetch-site": "none", "sec-fetch-mode": "navigate"},
        {"sec-fetch-site": "same-origin", "sec-fetch-mode": "cors"},
        {"origin": ORIGIN},
        {},
    ],
)
def test_a_person_comes_to_a_page_from_anywhere(headers: dict[str, str]) -> None:
    assert guard().standing(http("/", headers)).verdict is None
    assert guard().standing(http("/", headers)).is_developer


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site", "sec-fetch-mode": "cors", "origin": ELSEWHERE},
        {"sec-fetch-site": "same-site", "sec-fetch-mode": "no-cors"},
        {"origin": ELSEWHERE},
        {"origin": "null"},
    ],
)
def test_another_sites_script_gets_neither_our_token_nor_a_traceback(headers: dict[str, str]) -> None:
    assert guard().standing(http("/", headers)).verdict == "another site asks"
    assert not guard().standing(http("/", headers)).is_developer


def test_switched_on_by_hand_it_lets_in_no_other_machine_and_no_other_host() -> None:
    assert guard(enabled=True).standing(http("/", peer="192.168.1.7")).verdict is not None
    assert guard(enabled=True).standing(http("/", host="evil.example")).verdict is not None
    assert guard(enabled=True).standing(http("/", host=None)).verdict is not None


def test_local_routes_are_open_to_the_machines_own_tools() -> None:
    assert admits(http("status"), Access.LOCAL)
    assert not admits(http("status", {"origin": ORIGIN}), Access.LOCAL)
    assert not admits(http("status", {"x-asgi-reload-token": "wrong"}), Access.LOCAL)
    assert not admits(http("status", method="POST"), Access.LOCAL)
    assert admits(http("status", with_token({"origin": ORIGIN})), Access.LOCAL)


def test_acting_takes_the_token_and_this_machine() -> None:
    assert admits(http("act", with_token(), method="POST"), Access.ACT)
    assert not admits(http("act", method="POST"), Access.ACT)


def test_an_asset_takes_no_token() -> None:
    assert admits(http("boot.js"), Access.ASSET)
    assert tier(http("boot.js"), Access.ASSET) is Tier.NONE


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        (b"", b""),
        (b"token=secret", b"token=***"),
        (b"a=1&token=secret&b=2", b"a=1&token=***&b=2"),
        (b"token=a&token=b", b"token=***&token=***"),
        (b"%74oken=secret", b"token=***"),
        (b"token", b"token=***"),
        (b"tokens=1&atoken=2", b"tokens=1&atoken=2"),
    ],
)
def test_a_log_never_has_the_token(query: bytes, shown: bytes) -> None:
    assert masked(query) == shown


header = st.tuples(
    st.sampled_from(
        [b"host", b"origin", b"sec-fetch-site", b"x-forwarded-for", b"forwarded", b"Host", b"x-asgi-reload-token"]
    ),
    st.binary(max_size=60) | st.sampled_from([HOST.encode(), b"localhost", b"null", TOKEN.encode(), b"127.0.0.1"]),
)


@given(st.lists(header, max_size=6), st.binary(max_size=40), st.booleans())
@settings(deadline=None)
def test_no_header_breaks_the_gate_or_opens_it_without_the_token(
    headers: list[tuple[bytes, bytes]], query: bytes, is_socket: bool
) -> None:
    scope = {**(websocket() if is_socket else http("events")), "headers": headers, "query_string": query}
    gate = guard(trusted_proxies=("127.0.0.1",))
    decision = gate.decide(scope, Access.PAGE)
    gate.standing(scope)

    shown = b"\n".join([query, *(value for _, value in headers)])
    assert TOKEN.encode() in shown or not decision.admits
