"""Which bytes an HTML document is written in, as its header and its first kilobyte say. Decodes nothing."""

from __future__ import annotations

import re
from typing import Final

PRESCAN: Final = 1024
"""A declaration inside the document counts in its first so many bytes (HTML, section 13.2.3.2)."""

UTF_8_HTML: Final = b"text/html; charset=utf-8"
"""What nearly all frameworks say."""

_PARAMETER: Final = re.compile(rb";\s*charset\s*=\s*\"?([^\s;\"]+)", re.IGNORECASE)

# Here `<` is not the byte 0x3C, or not always: two and four bytes a character, shift states, EBCDIC.
_NOT_ASCII: Final = re.compile(
    r"(?:cs)?(?:u(?:tf)?[-_]?(?:7|16|32)|ucs|unicode|iso[-_]?(?:10646|2022)|(?:x[-_])?(?:hz|ebcdic)|"
    r"(?:cp|ibm|windows[-_])?(?:037|039|1026|1140|273|424|500|875)(?![0-9]))",
    re.IGNORECASE,
)

_SPACE = rb"[\t\n\f\r ]"
_ATTRIBUTE: Final = re.compile(
    rb"([^\t\n\f\r />=][^\t\n\f\r />=]*+)(?:%b*+=%b*+(?:\"([^\"]*+)\"|'([^']*+)'|([^\t\n\f\r >]*+)))?"
    % (_SPACE, _SPACE)
)
_TAG = rb"(?:[^\t\n\f\r \"'>=/]++|[\t\n\f\r /]++|=%b*+(?:\"[^\"]*+\"|'[^']*+')?|[\"'])*>" % _SPACE
_MARKUP: Final = re.compile(
    rb"<!-(?=-).*?-->|<meta(?=[\t\n\f\r /])(?P<meta>%b)|</?[a-z]%b|<[!/?][^>]*+>" % (_TAG, _TAG),
    re.IGNORECASE | re.DOTALL,
)
_IN_CONTENT: Final = re.compile(rb"charset%b*+=%b*+[\"']?([^\t\n\f\r ;\"']+)" % (_SPACE, _SPACE), re.IGNORECASE)
_LABEL: Final = re.compile(rb"[A-Za-z0-9_:.+-]+")


def declared(content_type: bytes) -> str | None:
    """The charset of a `Content-Type`, lower-case."""
    found = _PARAMETER.search(content_type)
    return found[1].decode("latin-1").lower() if found else None


def is_ascii_compatible(charset: str) -> bool:
    """Whether ASCII bytes put between the tokens of such a document are ASCII characters there."""
    return charset == "utf-8" or _NOT_ASCII.match(charset) is None


def sniff(document: bytes) -> str | None:
    """The charset that a browser finds in a document which nobody has declared: by its `<meta>` (section 13.2.3.2)."""
    for markup in _MARKUP.finditer(document, 0, PRESCAN):
        label = _label(markup["meta"]) if markup["meta"] else None
        if label:
            return label

    return None


def _label(meta: bytes) -> str | None:
    attributes: dict[bytes, bytes] = {}

    for name, double, single, bare in _ATTRIBUTE.findall(meta):
        attributes.setdefault(name.lower(), double or single or bare)

    label = attributes.get(b"charset", b"").strip()

    if not label and attributes.get(b"http-equiv", b"").lower() == b"content-type":
        found = _IN_CONTENT.search(attributes.get(b"content", b""))
        label = found[1] if found else b""

    if _LABEL.fullmatch(label) is None:
        return None

    # A document whose declaration could be read is no UTF-16, and what is called so here is taken for UTF-8.
    name = label.decode("ascii").lower()
    return "utf-8" if name.startswith("utf-16") else {"x-user-defined": "windows-1252"}.get(name, name)
