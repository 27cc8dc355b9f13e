"""The tag in a page, as the settings want it: how it connects, and how we are to be seen in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .html.tag import Tag

if TYPE_CHECKING:
    from .settings import Settings


def page_tag(settings: Settings, *, client: str, token: str, boot: str) -> Tag:
    """The tag that each page is given.

    client: the folder of the client's modules. token: what a page proves itself by.
    """
    more, transport = _shown(settings), settings.transport
    return Tag(prefix=settings.prefix, client=client, token=token, boot=boot, transport=transport, more=more)


def _shown(settings: Settings) -> dict[str, str]:
    """What a page is told of how we are to be seen, as far as somebody has said."""
    switches = {"pill": settings.pill, "overlay": settings.overlay}
    words = {name: "on" if on else "off" for name, on in switches.items() if on is not None}
    return {**words, "console": " ".join(settings.browser_console)} if settings.browser_console else words
