"""The shape in which a developer's client is to hear of a failure: a page, JSON, text, or the app's own words. Pure.

Browsers tell what they fetch for (`Sec-Fetch-*`); whoever does not and asks for no HTML is a program, such as curl.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, assert_never

from .html.purpose import PAGE_HEADER

if TYPE_CHECKING:
    from collections.abc import Mapping

Shape = Literal["page", "patch", "json", "text"]

HTML: Final = b"text/html"
JSON: Final = b"application/json"
TEXT: Final = b"text/plain"
BROWSER: Final = frozenset({b"sec-fetch-dest", b"sec-fetch-mode", b"sec-fetch-site"})


def page_shape(fields: Mapping[bytes, bytes]) -> Shape:
    """For a request that one of our pages may answer (see html/purpose)."""
    if PAGE_HEADER in fields:
        return "patch"

    is_data = fields.get(b"sec-fetch-dest") != b"document" and asks_for_json(fields)
    return "json" if is_data else "page"


def program_shape(fields: Mapping[bytes, bytes]) -> Shape | None:
    """For any other request; None for who is to hear what the app itself says: a page's script, a part of a page."""
    if asks_for_json(fields):
        return "json"

    is_told = HTML not in fields.get(b"accept", b"") and not BROWSER & fields.keys() and PAGE_HEADER not in fields
    return "text" if is_told else None


def asks_for_ours(fields: Mapping[bytes, bytes]) -> bool:
    """Does a page's script name a shape that a failure may come in?"""
    accept = fields.get(b"accept", b"")
    return HTML in accept or JSON in accept


def asks_for_json(fields: Mapping[bytes, bytes]) -> bool:
    accept = fields.get(b"accept", b"")
    return JSON in accept and HTML not in accept


def is_meant(shape: Shape, content_type: bytes) -> bool:
    """Has the app answered a failure on purpose, in this shape, so that its answer is better than ours?

    A bare "Internal Server Error" is plain text; nobody asks for that by name. A patch is of use in one shape only.
    """
    kind = content_type.partition(b";")[0].strip().lower()
    match shape:
        case "page":
            return kind == HTML
        case "patch":
            return False
        case "json":
            return kind == JSON or kind[-5:] == b"+json"
        case "text":
            return kind not in (TEXT, b"")
        case never:
            assert_never(never)
