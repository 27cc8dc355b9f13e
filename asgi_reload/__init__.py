"""Save a file, and the page follows: the smallest correct update for any ASGI app."""

from __future__ import annotations

from .changes import Batch, Change
from .errors import ReloadError
from .middleware import ReloadMiddleware
from .strategies import Context, Strategy
from .updates import Update

__version__ = "0.1.0"

__all__ = ("Batch", "Change", "Context", "ReloadError", "ReloadMiddleware", "Strategy", "Update")
