"""For pages that run Datastar: after each patch, the page's own URL rendered anew, as an event that Datastar morphs in.

Written with the official `datastar-py` (the extra `datastar`). The page is asked for in-process, with the headers and
cookies of the client that listens, so it is what a reload would show to that client.
"""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, unquote, urlsplit

from .position import position
from .protocol import UpdateMessage
from .rendering import render
from .replies import Reply
from .streams import begin
from .updates import Patch

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractAsyncContextManager

    from starlette.types import ASGIApp, Receive, Scope, Send

    from .channel import Channel
    from .protocol import ServerMessage
    from .streams import Streams

logger = logging.getLogger("asgi_reload")

HEARTBEAT: Final = b": still here\n"
LINE_END: Final = re.compile(r"\r\n|\r|\n")
PAGE_URL: Final = re.compile(r"/(?![/\\])[\x21-\x7e]{0,2000}", re.ASCII)


class Datastar:
    """Streams `datastar-patch-elements` with the selector `html` and the mode `outer`.

    The query says which page (`url`: path and query as the browser shows them) and where it left off (`boot`, `seq`);
    a page that has missed something is sent the document at once.
    """

    def __init__(
        self,
        app: ASGIApp,
        channel: Channel,
        streams: Streams,
        hosted: Callable[[], AbstractAsyncContextManager[object]],
    ) -> None:
        self._app = app
        self._channel = channel
        self._streams = streams
        self._hosted = hosted

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not _is_installed():
            logger.warning("a page asks for Datastar's events: pip install 'asgi-reload[datastar]'")
            await Reply.text(501, "datastar-py is not installed").send(scope, send)
        elif (page := page_scope(scope)) is None:
            await Reply.text(400, "expected url=, a path of this app").send(scope, send)
        elif scope["method"] == "HEAD":
            await begin(scope, send)
            await send({"type": "http.response.body"})
        else:
            async with self._hosted():
                with self._streams.subscribe(scope, "datastar") as subscription:
                    events = PageEvents(self._app, page, self._channel, position(scope))
                    await self._streams.stream(scope, receive, send, subscription, events)


class PageEvents:
    """What the channel says, as far as it concerns one page that Datastar runs."""

    def __init__(self, app: ASGIApp, page: Scope, channel: Channel, seen: tuple[str, int | None]) -> None:
        self._app = app
        self._page = page
        self._channel = channel
        boot, seq = seen
        is_current = (not boot or boot == channel.boot) and (seq is None or seq >= channel.seq)
        self._is_behind = not is_current
        self._rendered = channel.seq
        self._shown = channel.seq if is_current else None

    async def __call__(self, message: ServerMessage) -> bytes:
        """The document if the page needs it (a comment if there is none), else a sign of life."""
        is_patch = isinstance(message, UpdateMessage) and any(isinstance(step, Patch) for step in message.steps)
        is_news = isinstance(message, UpdateMessage) and is_patch and message.seq > self._rendered

        if not is_news and not self._is_behind:
            return still_here(self._shown)

        self._is_behind = False
        self._rendered = self._channel.seq
        html = await render(self._app, self._page)
        if html is None:
            return still_here(None)

        self._shown = self._rendered
        return patch_event(html, self._rendered)


def still_here(seq: int | None) -> bytes:
    """A sign of life, and what a client brings along when it comes back that has been sent no document yet.

    An event without data is not dispatched, but its id counts (HTML standard, section 9.2.6).
    """
    return HEARTBEAT + (b"\n" if seq is None else f"id: {seq}\n\n".encode())


def patch_event(html: str, seq: int) -> bytes:
    """The whole document as one event."""
    from datastar_py.consts import ElementPatchMode
    from datastar_py.sse import ServerSentEventGenerator

    # Datastar takes a text without this end tag for a fragment, and authors may leave it out.
    whole = html if "</html>" in html else f"{html}</html>"
    event = ServerSentEventGenerator.patch_elements(
        _Lines(whole.replace("\0", "\N{REPLACEMENT CHARACTER}")),
        selector="html",
        mode=ElementPatchMode.OUTER,
        event_id=str(seq),
    )
    return str(event).encode("utf-8", "replace")


class _Lines(str):
    """Text whose lines end where an event stream's do, and not at a form feed or U+2028, which are part of the page."""

    __slots__ = ()

    def splitlines(self, keepends: bool = False) -> list[str]:
        return LINE_END.split(self)


def page_scope(scope: Scope) -> Scope | None:
    """The scope of a GET for the page that a stream's `url` names; None if it names none of this app."""
    fields = dict(parse_qsl(scope["query_string"].decode("latin-1")))
    url = fields.get("url", "")

    if PAGE_URL.fullmatch(url) is None:
        return None

    parts = urlsplit(url)
    path = _path_of(scope, unquote(parts.path))

    if path is None:
        return None

    page: dict[str, Any] = {
        **scope,
        "method": "GET",
        "path": path,
        "raw_path": parts.path.encode("ascii"),
        "query_string": parts.query.encode("ascii"),
        "extensions": {},
    }
    return page


def _path_of(scope: Scope, path: str) -> str | None:
    """The page's path as this server would tell it: with the root path in front, or without."""
    root: str = scope.get("root_path", "").rstrip("/")

    if not root:
        return path

    own: str = scope["path"]
    below, is_root, rest = path.partition(root)

    if below or not is_root or (rest and not rest.startswith("/")):
        return None

    has_root = own[: len(root) + 1] == f"{root}/"
    return path if has_root else rest or "/"


def _is_installed() -> bool:
    try:
        import datastar_py  # noqa: F401
    except ImportError:
        return False

    return True
