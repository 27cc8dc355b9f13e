"""Hosts, origins and networks: one spelling in, one meaning out, and None for everything else."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asgi_reload.addresses import Authority, Hosts, Origin, Peers, is_loopback, parse_authority, parse_origin
from asgi_reload.errors import SettingError


@pytest.mark.parametrize(
    ("text", "host", "port"),
    [
        ("localhost", "localhost", None),
        ("LocalHost:8000", "localhost", 8000),
        ("localhost.", "localhost", None),
        ("shop.localhost:1", "shop.localhost", 1),
        ("127.0.0.1:8000", "127.0.0.1", 8000),
        ("[::1]:8000", "::1", 8000),
        ("[0:0:0:0:0:0:0:1]", "::1", None),
        ("[::ffff:127.0.0.1]", "127.0.0.1", None),
        ("my_service:8000", "my_service", 8000),
    ],
)
def test_a_host_is_read(text: str, host: str, port: int | None) -> None:
    assert parse_authority(text) == Authority(host, port)


MALFORMED = [
    *(
        "",
        ":",
        ":80",
        "a:",
        "a:b",
        "a:0",
        "a:65536",
        "a:99999",
        "a:800000",
        "a:-1",
        "a:+1",
        "a: 1",
        "a:1 ",
        " a",
        "a b",
    ),
    *(
        "user@a",
        "user:pw@a",
        "a/?x=",
        "a/",
        "a?x",
        "a#x",
        "a\\b",
        "a,b",
        "a\r\nb",
        "a\0",
        "ä",
        "a:１",
        ".",
        "..",
        "%61",
    ),
    *("[::1", "::1", "[]", "[::1]x", "[::1]:", "[fe80::1%eth0]", "[127.0.0.1]", "[a]", "a" * 260),
]


@pytest.mark.parametrize("text", MALFORMED)
def test_what_is_no_host_is_none(text: str) -> None:
    assert parse_authority(text) is None
    assert parse_origin(f"http://{text}") is None


@pytest.mark.parametrize(
    "text",
    [
        "null",
        "",
        "localhost",
        "file://",
        "file:///a",
        "ftp://a",
        "HTTP://a",
        "http:a",
        "http:/a",
        "http://a/",
        "http://a b",
    ]
    + [
        "http://a,http://b",
        "http://a http://b",
        "http://",
        "https://user@a",
        "chrome-extension://abc",
        "javascript:alert(1)",
    ],
)
def test_what_is_no_web_origin_is_none(text: str) -> None:
    assert parse_origin(text) is None


def test_an_origin_is_a_scheme_and_a_host() -> None:
    assert parse_origin("https://a.example:444") == Origin("https", Authority("a.example", 444))


@given(st.text(max_size=60) | st.text("a.:[]@/%1", max_size=20))
@settings(deadline=None)
def test_any_text_is_a_host_or_none_and_reads_back_the_same(text: str) -> None:
    parse_origin(text)
    authority = parse_authority(text)

    if authority is not None:
        bracketed = f"[{authority.host}]" if ":" in authority.host else authority.host
        assert parse_authority(bracketed) == Authority(authority.host, None)


@pytest.mark.parametrize("host", ["localhost", "a.localhost", "127.0.0.1", "127.8.9.1", "::1"])
def test_only_this_machine_is_loopback(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize(
    "host",
    [
        "localhost.evil.com",
        "evillocalhost",
        "127.0.0.1.evil.com",
        "0.0.0.0",
        "::",
        "127.1",
        "2130706433",
        "0x7f.1",
        "10.0.0.1",
    ],
)
def test_what_looks_like_this_machine_is_not(host: str) -> None:
    assert not is_loopback(host)


def test_allowed_hosts_are_names_addresses_and_patterns() -> None:
    hosts = Hosts.of("allowed_hosts", ["Dev.Example", "*.sub.example", ".both.example", "[::2]", "192.168.1.5"])

    for host in (
        "dev.example",
        "a.sub.example",
        "a.b.sub.example",
        "both.example",
        "a.both.example",
        "::2",
        "192.168.1.5",
    ):
        assert host in hosts
    for host in ("evil.dev.example", "sub.example", "xboth.example", "dev.example.evil", "192.168.1.50", "example"):
        assert host not in hosts
    assert "anything" in Hosts.of("allowed_hosts", ["*"])


@pytest.mark.parametrize("entry", ["http://a", "a:8000", "a/b", "a b", "", "*a.example", "a.*", "user@a"])
def test_a_setting_that_is_no_host_says_what_to_write(entry: str) -> None:
    with pytest.raises(SettingError, match="allowed_hosts.*without scheme or port"):
        Hosts.of("allowed_hosts", [entry])


def test_allowed_peers_are_addresses_networks_and_names() -> None:
    peers = Peers.of("allowed_peers", ["192.168.1.7", "10.0.0.0/8", "fd00::/8", "testclient", "unix"])

    for peer in ("192.168.1.7", "::ffff:192.168.1.7", "10.9.8.7", "fd00::1", "testclient", "unix"):
        assert peer in peers
    for peer in ("192.168.1.70", "11.0.0.1", "fe80::1", "other", ""):
        assert peer not in peers
    assert "203.0.113.1" in Peers.of("allowed_peers", ["*"])
    assert not Peers.of("allowed_peers", [])


@pytest.mark.parametrize("entry", ["192.168.1.300", "10.0.0.0/99", "1.2.3", "a b", "*.example", "10.0.0.0-10.0.0.9"])
def test_a_setting_that_is_no_peer_says_what_to_write(entry: str) -> None:
    with pytest.raises(SettingError, match="trusted_proxies.*give an address"):
        Peers.of("trusted_proxies", [entry])
