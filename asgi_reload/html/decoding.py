"""A compressed body, decompressed as it streams: gzip and deflate, which the standard library has. Bounded per step."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

STEP: Final = 64 * 1024
"""Bytes that come out at once at most, however small the bytes that hold them."""

_GZIP: Final = 16 + zlib.MAX_WBITS


class Decoder:
    """Decodes one body of `Content-Encoding: gzip` or `deflate`; feed it in order."""

    __slots__ = ("_begin", "_inflate", "_is_gzip")

    def __init__(self, coding: str) -> None:
        self._is_gzip = coding == "gzip"
        self._begin = b""
        self._inflate = zlib.decompressobj(_GZIP) if self._is_gzip else None

    def feed(self, data: bytes) -> Iterator[bytes]:
        """What comes out, in pieces of at most `STEP` bytes. Raises `zlib.error` at the first byte that is wrong."""
        if self._inflate is None:
            data = self._begin = self._begin + data
            if len(data) < 2:
                return

            self._inflate = zlib.decompressobj(_deflate_window(data))

        while data:
            yield from _pieces(self._inflate, data)
            data = self._inflate.unused_data if self._is_gzip and self._inflate.eof else b""

            # Another member (RFC 1952, section 2.2); anything else behind the end is padding.
            if not data.startswith(b"\x1f"):
                return

            self._inflate = zlib.decompressobj(_GZIP)


def _pieces(inflate: zlib._Decompress, data: bytes) -> Iterator[bytes]:
    while True:
        piece = inflate.decompress(data, STEP)
        if piece:
            yield piece

        data = inflate.unconsumed_tail
        # A full piece may have left more inside even when all input is taken.
        if not data and len(piece) < STEP:
            return


def _deflate_window(data: bytes) -> int:
    """`deflate` means a zlib stream (RFC 9110, section 8.4.1.2), but some send the bare one, as browsers know."""
    has_header = data[0] & 0x0F == zlib.DEFLATED and int.from_bytes(data[:2]) % 31 == 0
    return zlib.MAX_WBITS if has_header else -zlib.MAX_WBITS
