"""Text from outside, made safe to print: file names and messages may hold anything."""

from __future__ import annotations

from urllib.parse import urlsplit


def printable(text: str, limit: int = 200) -> str:
    """One line of at most `limit` characters: control characters, escapes and lone surrogates are spelled out."""
    beginning = text[: limit + 1]
    if beginning.isprintable():
        line = beginning
    else:
        line = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in beginning)
    return line if len(line) <= limit else f"{line[: limit - 1]}…"


def page_at(url: str) -> str:
    """The page at that URL, by its path; empty is the URL of one that has gone. A page may say anything of itself."""
    try:
        path = urlsplit(url).path
    except ValueError:
        path = url
    return printable(path or "a page that has gone")
