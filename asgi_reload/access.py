"""What a route may ask of a request, how far a request can be trusted, and why it is turned away. Values only."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, IntEnum
from typing import Final

from .addresses import UNIX, is_loopback


class Tier(IntEnum):
    """How far a request is trusted: not at all, as a page of ours, as the developer at his own machine."""

    NONE = 0
    PAGE = 1
    LOCAL = 2


class Access(Enum):
    """What a route asks for.

    ASSET: allowed peer and Host, not another site's. PAGE: the page token, too. LOCAL: this machine, and the token
    unless the request is a direct one without an Origin. SECRET, ACT: this machine and the token, to read and to do.
    A request that is not GET or HEAD has to present its token in the header, whatever it asks for.
    """

    ASSET = "asset"
    PAGE = "page"
    LOCAL = "local"
    SECRET = "secret"
    ACT = "act"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a request is turned away: `reason` is constant, `advice` is for people and may quote the request (as JSON).

    is_public: may whoever asked read the advice?
    """

    reason: str
    advice: str = ""
    status: int = 403
    is_public: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """The tier that a request has reached, and why it is refused, if it is.

    is_stale: all is well but for the token, which is well-formed and another server's.
    """

    tier: Tier
    refusal: Refusal | None = None
    is_stale: bool = False

    @property
    def admits(self) -> bool:
        return self.refusal is None


@dataclass(frozen=True, slots=True)
class Peer:
    """Who sent a request. `address` is None if a proxy stands between that we do not trust or that does not say."""

    direct: str
    address: str | None

    @property
    def is_local(self) -> bool:
        return self.address is not None and (self.address == UNIX or is_loopback(self.address))


MALFORMED_HOST: Final = Refusal("expected one well-formed Host header", status=400, is_public=True)
CROSS_SITE: Final = Refusal("another site asks")
LOCAL_ONLY: Final = Refusal("only this machine may ask")
STALE: Final = Refusal("the token is another server's")
NO_TOKEN: Final = Refusal("the token is missing or wrong")
