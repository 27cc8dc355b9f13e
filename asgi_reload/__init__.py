"""Save a file, and the page follows: the smallest correct update for any ASGI app."""

from __future__ import annotations

__version__ = "0.1.0"
