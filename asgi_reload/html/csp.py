"""Whether our script runs under a page's Content-Security-Policy, and with which nonce. Pure; never edits a policy.

All policies of a response hold at once (CSP3, section 4.2), so the weakest link decides. Report-only policies stop
nothing and do not come here; a `<meta>` policy binds only what comes after it, and our tag comes before.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_NONCE: Final = re.compile(r"'nonce-([A-Za-z0-9+/_-]+={0,2})'", re.IGNORECASE)
_SCRIPT: Final = ("script-src-elem", "script-src", "default-src")
_CONNECT: Final = ("connect-src", "default-src")


@dataclass(frozen=True, slots=True)
class Runs:
    """Our script runs; with this nonce on its tag, if there is one."""

    nonce: str | None


@dataclass(frozen=True, slots=True)
class Blocked:
    """Our script cannot run, or could reach nothing; what to add to the policy."""

    remedy: str


Policy = dict[str, tuple[str, ...]]


def permission(headers: Iterable[bytes], *, scheme: str = "http", host: str = "") -> Runs | Blocked:
    """Whether these policies let an external script of the page's own origin run and connect back.

    `headers` are the values of `Content-Security-Policy`; each may hold several policies. Never raises.
    """
    policies = parse(headers)
    sandboxed = [policy["sandbox"] for policy in policies if "sandbox" in policy]

    if not all({"allow-scripts", "allow-same-origin"}.issubset(flags) for flags in sandboxed):
        return Blocked("add allow-scripts and allow-same-origin to its sandbox directive")

    connect = [sources for policy in policies if (sources := _effective(policy, _CONNECT)) is not None]

    if not all(_allows(sources, scheme, host) for sources in connect):
        return Blocked("add connect-src 'self'")

    scripts = [sources for policy in policies if (sources := _effective(policy, _SCRIPT)) is not None]
    return _script(scripts, scheme, host)


def parse(headers: Iterable[bytes]) -> list[Policy]:
    """The policies in these header values: directives by lower-case name, the first of each counts (section 2.2.1)."""
    policies: list[Policy] = []

    for serialized in b",".join(headers).decode("latin-1").split(","):
        policy: Policy = {}

        for directive in serialized.split(";"):
            name, *values = directive.split() or [""]
            if name:
                policy.setdefault(name.lower(), tuple(values))

        if policy:
            policies.append(policy)

    return policies


def _effective(policy: Policy, names: Sequence[str]) -> tuple[str, ...] | None:
    """The source list of the first of these directives that is there; None if the policy is silent."""
    return next((policy[name] for name in names if name in policy), None)


def _script(policies: list[tuple[str, ...]], scheme: str, host: str) -> Runs | Blocked:
    nonces = [_nonces(sources) for sources in policies]
    strict = [
        allowed
        for sources, allowed in zip(policies, nonces, strict=True)
        if "'strict-dynamic'" in _lower(sources) or not _allows(sources, scheme, host)
    ]

    if not strict:
        return Runs(next((allowed[0] for allowed in nonces if allowed), None))

    shared = [nonce for nonce in strict[0] if all(nonce in allowed for allowed in strict)]

    if shared:
        return Runs(shared[0])

    if all(strict):
        return Blocked("its policies ask for different nonces; let them share one, or add 'self' to script-src")

    return Blocked("add 'self' or a nonce ('nonce-…') to script-src; beside 'strict-dynamic' only a nonce counts")


def _nonces(sources: Iterable[str]) -> list[str]:
    return [found[1] for source in sources if (found := _NONCE.fullmatch(source))]


def _lower(sources: Iterable[str]) -> list[str]:
    return [source.lower() for source in sources]


def _allows(sources: Iterable[str], scheme: str, host: str) -> bool:
    """Whether a URL of the page's own origin matches the list without a nonce (section 6.7.2.7)."""
    own = {"'self'", "*", f"{scheme}:", "http:", host.lower(), f"{scheme}://{host}".lower()} - {"", f"{scheme}://"}
    return not own.isdisjoint(source.rstrip("/") for source in _lower(sources))
