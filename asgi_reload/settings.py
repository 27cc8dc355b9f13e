"""What the user asked for, resolved once: argument, environment, pyproject.toml, default."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Callable

Transport = Literal["auto", "ws", "sse"]


@dataclass(frozen=True, slots=True)
class Settings:
    """All options, validated. Times in ms. Tuples are as the user wrote them; empty means the default."""

    enabled: bool | None = None
    watch: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    strategies: tuple[Callable[..., Any], ...] = ()
    prefix: str = "/__reload__"
    transport: Transport = "auto"
    step: int = 2
    debounce: int = 50
    max_wait: int = 500
    poll: bool | None = None
    force: bool = False
    allowed_hosts: tuple[str, ...] = ()
    allowed_peers: tuple[str, ...] = ()
    trusted_proxies: tuple[str, ...] = ()
    iframes: bool = False
    max_clients: int = 128
    i_know_this_is_not_production: bool = False
