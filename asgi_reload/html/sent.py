"""The documents as the app wrote them, without our tag: the base of the next merge. Bounded; oldest out first."""

from __future__ import annotations

import secrets
from collections import OrderedDict
from typing import Final

MAX_DOCUMENT: Final = 1024 * 1024
"""Bytes of one document; a larger one is not kept, and its page reloads where others merge."""

MAX_TOTAL: Final = 16 * 1024 * 1024
"""Bytes of all documents."""

CHUNK_COST: Final = 64
DOCUMENT_COST: Final = 1024
"""What a chunk and a document take beside their bytes, about; so that the bounds hold for crumbs too."""


class Document:
    """One document as sent: the chunks of the app, not copied, and what is needed to read them.

    `page` is the id in its tag. `charset` is what a browser takes the bytes for, as far as headers and the document's
    beginning tell. `cost` is in bytes; beyond `MAX_DOCUMENT` there are no `chunks`.
    """

    __slots__ = ("charset", "chunks", "cost", "page")

    def __init__(self, page: str, charset: str = "utf-8") -> None:
        self.page = page
        self.charset = charset
        self.chunks: list[bytes] = []
        self.cost = DOCUMENT_COST

    def add(self, chunk: bytes) -> None:
        """The next bytes, as they pass."""
        self.cost += len(chunk) + CHUNK_COST

        if self.cost <= MAX_DOCUMENT:
            self.chunks.append(chunk)
        else:
            self.chunks = []

    @property
    def body(self) -> bytes:
        return b"".join(self.chunks)


class Sent:
    """Whole documents by page id."""

    def __init__(self, *, limit: int = MAX_TOTAL) -> None:
        self._limit = limit
        self._documents: OrderedDict[str, Document] = OrderedDict()
        self._total = 0
        self._pages = 0
        # Another life of the server, or another worker, must not give the same ids.
        self._life = secrets.token_hex(4)

    def new_page(self) -> str:
        """An id that no other page has: letters, digits and a hyphen."""
        self._pages += 1
        return f"{self._life}-{self._pages:x}"

    def put(self, document: Document) -> None:
        """Keep a whole document, in place of its page's earlier one; not if it is too large."""
        if document.page in self._documents:
            self._total -= self._documents.pop(document.page).cost

        if document.cost > MAX_DOCUMENT:
            return

        self._documents[document.page] = document
        self._total += document.cost

        while self._total > self._limit:
            _, oldest = self._documents.popitem(last=False)
            self._total -= oldest.cost

    def get(self, page: str) -> Document | None:
        """The document of a page, or None if it is not, or no longer, kept."""
        return self._documents.get(page)

    @property
    def total(self) -> int:
        """Bytes taken."""
        return self._total

    def __len__(self) -> int:
        return len(self._documents)
