"""What a request is for: a page on the screen, a script's own business, or a page that fetches itself anew. Pure.

Knows nothing of responses. Header names are lower-case, as ASGI wants them of servers.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Header: TypeAlias = tuple[bytes, bytes]

PAGE_HEADER: Final = b"x-asgi-reload-page"
"""The request header of a page that fetches itself anew: the id in its tag."""

MAX_PAGE_ID: Final = 64


class Purpose(Enum):
    """What a request that may be answered with one of our pages is for."""

    NAVIGATION = auto()
    FETCH = auto()
    """A script's, perhaps a service worker's: ours only if a whole document comes back."""
    REFETCH = auto()
    """A page's own, for the merge: answered as a navigation, but with the document as the app wrote it."""


@dataclass(frozen=True, slots=True)
class Skip:
    """Not ours, and why: constant words of this project, never data of the request. remedy: for the terminal."""

    reason: str
    remedy: str = ""


METHOD: Final = Skip("method")
FRAGMENT_REQUEST: Final = Skip("fragment-request")
FETCH_DEST: Final = Skip("fetch-dest")
ACCEPT: Final = Skip("accept")

FRAGMENT_HEADERS: Final = frozenset(
    {
        b"datastar-request",
        b"hx-request",
        b"turbo-frame",
        b"x-alpine-request",
        b"x-inertia",
        b"x-pjax",
        b"x-requested-with",
        b"x-turbo-request-id",
        b"x-up-version",
    }
)
WHOLE_DOCUMENT_HEADERS: Final = {
    b"hx-boosted": b"true",
    b"hx-history-restore-request": b"true",
    b"hx-request-type": b"full",
}
NAVIGATES: Final = {b"sec-fetch-dest": b"document", b"sec-fetch-mode": b"navigate"}
_CONDITIONS: Final = frozenset({b"accept-encoding", b"if-modified-since", b"if-none-match"})


def purpose(method: str, fields: Mapping[bytes, bytes], *, iframes: bool = False) -> Purpose | Skip:
    """What a request with these header fields is for.

    `Sec-Fetch-Dest` decides; where a browser does not send it, `Accept` does. With `iframes`, pages in frames are
    wanted too.
    """
    if method not in ("GET", "POST"):
        return METHOD

    dest = fields.get(b"sec-fetch-dest")

    if dest == b"document":
        return Purpose.NAVIGATION

    if PAGE_HEADER in fields and method == "GET" and page_id(fields) is not None:
        return Purpose.REFETCH

    accept = fields.get(b"accept", b"")

    if dest is None and b"text/html" not in accept:
        return ACCEPT

    if b"turbo-stream" in accept or _asks_for_fragment(fields):
        return FRAGMENT_REQUEST

    if dest is None:
        return Purpose.NAVIGATION

    if dest == b"empty":
        return Purpose.FETCH

    return Purpose.NAVIGATION if iframes and dest in (b"iframe", b"frame") else FETCH_DEST


def _asks_for_fragment(fields: Mapping[bytes, bytes]) -> bool:
    present = FRAGMENT_HEADERS.intersection(fields)

    # A WebView on Android sends its app's name here with every navigation.
    if fields.get(b"x-requested-with", b"").lower() != b"xmlhttprequest":
        present -= {b"x-requested-with"}

    if any(fields.get(name, b"").lower() == value for name, value in WHOLE_DOCUMENT_HEADERS.items()):
        present -= {b"hx-request"}

    return bool(present)


def page_id(fields: Mapping[bytes, bytes]) -> str | None:
    """The id of the page that fetches itself anew; None if none does.

    Also if the browser says that another site asks: the app is to know such a request for what it is.
    """
    page = fields.get(PAGE_HEADER, b"")
    is_own = fields.get(b"sec-fetch-site", b"same-origin") == b"same-origin"
    is_id = 0 < len(page) <= MAX_PAGE_ID and page.replace(b"-", b"").isalnum()
    return page.decode("ascii") if is_own and is_id else None


def unconditional(headers: Iterable[Header]) -> list[Header]:
    """The headers of a navigation less those that invite a compressed answer, or an empty one."""
    return [field for field in headers if field[0] not in _CONDITIONS]


def as_navigation(headers: Iterable[Header]) -> list[Header]:
    """The headers of a page's fetch of itself, as its browser would have sent them to navigate there."""
    fields = [(name, NAVIGATES.get(name, value)) for name, value in unconditional(headers) if name != b"accept"]
    return [*fields, (b"accept", b"text/html,application/xhtml+xml,*/*;q=0.8")]
