"""One quiet line at a time on the terminal, where nobody has set up logging for us."""

from __future__ import annotations

import logging


def speak_up(logger: logging.Logger) -> None:
    """Print the logger's lines to stderr, unless its owner has said where they go."""
    if logger.hasHandlers():
        return

    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("asgi-reload: %(message)s"))
    logger.addHandler(handler)

    if logger.level == logging.NOTSET:
        logger.setLevel(logging.INFO)
