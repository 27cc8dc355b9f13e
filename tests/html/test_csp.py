"""Which policies let our script run, with which nonce, and what to add to those that do not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asgi_reload.html.csp import Blocked, Runs, parse, permission

RUNS: list[tuple[str, str | None]] = [
    ("", None),
    ("img-src 'none'", None),
    ("default-src 'self'", None),
    ("default-src *", None),
    ("DEFAULT-SRC 'SELF'", None),
    ("script-src 'self' 'unsafe-inline'; style-src 'none'", None),
    ("script-src http:", None),
    ("script-src http://127.0.0.1:8000", None),
    ("script-src 127.0.0.1:8000/", None),
    ("default-src 'none'; script-src 'self'; connect-src 'self'", None),
    ("script-src 'nonce-abc'", "abc"),
    ("script-src 'self' 'nonce-abc'", "abc"),
    ("script-src 'NONCE-aBc=='", "aBc=="),
    ("script-src 'nonce-a' 'nonce-b'", "a"),
    ("default-src 'nonce-d'; connect-src *", "d"),
    ("script-src 'nonce-s'; default-src 'nonce-d' 'self'", "s"),
    ("script-src-elem 'nonce-e'; script-src 'nonce-s'", "e"),
    ("script-src-elem 'self'; script-src 'none'", None),
    ("script-src 'nonce-first'; script-src 'nonce-second'", "first"),
    ("script-src 'strict-dynamic' 'nonce-abc' 'self' https:", "abc"),
    ("script-src 'nonce-a' 'nonce-b', script-src 'nonce-b'", "b"),
    ("script-src 'self', script-src 'nonce-b'", "b"),
    ("script-src 'nonce-a' 'self', script-src 'nonce-b'", "b"),
    ("sandbox allow-scripts allow-same-origin", None),
    ("require-trusted-types-for 'script'; trusted-types app", None),
]
BLOCKED = {
    "script-src 'none'": "script-src",
    "script-src": "script-src",
    "script-src-elem 'none'; script-src 'self'": "script-src",
    "script-src https://cdn.example": "script-src",
    "script-src 'unsafe-inline'": "script-src",
    "script-src 'sha256-abc='": "script-src",
    "script-src 'self' 'strict-dynamic'": "only a nonce counts",
    "script-src 'nonce-'": "script-src",
    "script-src 'nonce-a\"b'": "script-src",
    "script-src 'nonce-a', script-src 'nonce-b'": "share one",
    "script-src 'nonce-a', script-src 'none'": "script-src",
    "default-src 'none'; script-src 'self'": "connect-src",
    "connect-src https://api.example": "connect-src",
    "connect-src 'nonce-abc'": "connect-src",
    "sandbox": "sandbox",
    "sandbox allow-scripts": "allow-same-origin",
    "sandbox allow-same-origin": "allow-scripts",
}


@pytest.mark.parametrize(("policy", "nonce"), RUNS, ids=[policy for policy, _ in RUNS])
def test_our_script_runs(policy: str, nonce: str | None) -> None:
    assert permission([policy.encode()], host="127.0.0.1:8000") == Runs(nonce)


@pytest.mark.parametrize(("policy", "remedy"), BLOCKED.items(), ids=BLOCKED)
def test_our_script_is_stopped_and_the_remedy_named(policy: str, remedy: str) -> None:
    verdict = permission([policy.encode()], host="127.0.0.1:8000")

    assert isinstance(verdict, Blocked)
    assert remedy in verdict.remedy


def test_two_headers_hold_as_two_policies_of_one() -> None:
    assert permission([b"script-src 'nonce-a'", b"script-src 'nonce-a' 'strict-dynamic'"]) == Runs("a")
    assert isinstance(permission([b"script-src 'nonce-a'", b"script-src 'nonce-b'"]), Blocked)


def test_a_scheme_counts_only_as_far_as_it_is_the_page_s() -> None:
    assert isinstance(permission([b"script-src https:"], scheme="http"), Blocked)
    assert permission([b"script-src https:"], scheme="https") == Runs(None)


def test_a_policy_is_read_as_browsers_read_it() -> None:
    assert parse([b"Script-Src  'self'\ta ; script-src b;; ;img-src, ,default-src x"]) == [
        {"script-src": ("'self'", "a"), "img-src": ()},
        {"default-src": ("x",)},
    ]


WORDS = st.sampled_from(
    [
        "script-src",
        "default-src",
        "connect-src",
        "'self'",
        "'nonce-a'",
        "'none'",
        ";",
        ",",
        " ",
        "sandbox",
        "\xff",
        "\0",
    ]
)


@given(st.lists(st.one_of(st.binary(), st.lists(WORDS).map(lambda w: " ".join(w).encode("latin-1")))))
def test_no_header_makes_it_raise(headers: list[bytes]) -> None:
    verdict = permission(headers)

    if isinstance(verdict, Runs) and verdict.nonce is not None:
        assert verdict.nonce.encode() in b",".join(headers)
        assert set(verdict.nonce).isdisjoint("\"'<>& ")


@given(st.lists(st.lists(WORDS).map(lambda words: " ".join(words).encode("latin-1"))))
def test_one_more_policy_never_allows_more(headers: list[bytes]) -> None:
    if isinstance(permission(headers), Blocked):
        assert isinstance(permission([*headers, b"default-src 'self'"]), Blocked)
