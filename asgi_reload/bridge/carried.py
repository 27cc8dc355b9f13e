"""What of a scope or a message goes over a line: plain data, and the extensions that a line can keep. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

EXTENSIONS: Final = frozenset(
    {"http.response.pathsend", "http.response.debug", "websocket.http.response", "tls"},
)
"""ASGI extensions that are plain data on the way: a path is good in both processes, a file descriptor is not, and
what comes behind a body (trailers) or before it (early hints) has no place in the order of our frames."""

MAX_DEPTH: Final = 16


class NotPlain(TypeError):
    """A value that is no plain data: says which."""


def plain(value: Any, depth: int = MAX_DEPTH) -> Any:
    """The same value made of the exact built-in types; raises NotPlain for anything else, and for what has no end."""
    if depth == 0:
        raise NotPlain(f"data nested deeper than {MAX_DEPTH} levels")

    match value:
        case None | bool():
            return value
        case str():
            return str.__str__(value)
        case int():
            return int(value)
        case float():
            return float(value)
        case bytes() | bytearray() | memoryview():
            return bytes(value)
        case tuple():
            return tuple(plain(item, depth - 1) for item in value)
        case list():
            return [plain(item, depth - 1) for item in value]
        case dict():
            return {plain(key, depth - 1): plain(item, depth - 1) for key, item in value.items()}
        case _:
            raise NotPlain(f"a {type(value).__qualname__}, where plain data was expected")


def carried(scope: Mapping[str, Any]) -> dict[str, Any]:
    """What the worker is told of a scope. Its values may not be plain yet: see `only_plain`."""
    found = dict(scope)
    found.pop("state", None)

    if offered := scope.get("extensions"):
        found["extensions"] = {name: value for name, value in offered.items() if name in EXTENSIONS}

    return found


def only_plain(scope: Mapping[str, Any]) -> dict[str, Any]:
    """The scope without those values that are no plain data: objects of the front mean nothing elsewhere."""
    found = {}

    for key, value in scope.items():
        try:
            found[key] = plain(value)
        except NotPlain:
            continue

    return found
