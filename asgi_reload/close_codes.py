"""How a WebSocket is closed: RFC 6455, section 7.4.1, and the IANA registry that its section 11.7 has set up."""

from __future__ import annotations

from typing import Final

NORMAL: Final = 1000
GOING_AWAY: Final = 1001
POLICY_VIOLATION: Final = 1008
TOO_LARGE: Final = 1009
INTERNAL_ERROR: Final = 1011
SERVICE_RESTART: Final = 1012
TRY_AGAIN: Final = 1013
