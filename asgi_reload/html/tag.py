"""The one element that we add to a page: `Config` of `client/protocol.d.ts` as `data-*` of a script. Pure ASCII.

A classic script without `async` or `defer`: nothing of the page has run before it (docs/architecture.md), and an import
map may still follow it. An external one: a policy with `'self'` or a nonce admits it as it is.
"""

from __future__ import annotations

from html import escape
from types import MappingProxyType
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..parsers import Transport

NONE: Final[Mapping[str, str]] = MappingProxyType({})


class Tag:
    """What is the same for all pages of one server life; `render` adds what is a page's own.

    `prefix` is the path below which our routes are, as `Settings.prefix` has it; `client` the folder of the client's
    modules below that; `more`, what else of `Config` somebody has set: name → value.
    """

    def __init__(
        self, *, prefix: str, client: str, token: str, boot: str, transport: Transport, more: Mapping[str, str] = NONE
    ) -> None:
        self._prefix = prefix
        self._client = escape(client)
        self._rest = f'data-token="{escape(token)}" data-boot="{escape(boot)}" data-transport="{transport}"'
        self._rest += "".join(f' data-{name}="{escape(value)}"' for name, value in more.items())
        self._unmounted = self._begin("")

    def _begin(self, root_path: str) -> bytes:
        path = (root_path.rstrip("/") + self._prefix).strip("/")
        # One slash in front, whatever the mount: two would name a host.
        base = escape(f"/{quote(path, errors='replace')}") if path else ""
        where = f'data-base="{base}" data-client="{base}/{self._client}"'
        begin = f'<script src="{base}/boot.js" data-asgi-reload {where} {self._rest}'
        return begin.encode("ascii", "xmlcharrefreplace")

    def render(
        self,
        page: str,
        status: int,
        method: str,
        position: tuple[int, int],
        root_path: str = "",
        nonce: str | None = None,
    ) -> bytes:
        """The element. `page` and `method` are ASCII without quotes, `position` is generation and seq, `root_path` the
        scope's, `nonce` one that `csp` has found."""
        return b'%b data-generation="%d" data-seq="%d" data-page="%b" data-status="%d" data-method="%b"%b></script>' % (
            self._begin(root_path) if root_path else self._unmounted,
            *position,
            page.encode("ascii"),
            status,
            method.encode("ascii"),
            b"" if nonce is None else b' nonce="%b"' % nonce.encode("ascii"),
        )
