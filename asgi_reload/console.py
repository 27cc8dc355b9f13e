"""One quiet line at a time on the terminal, where nobody has set up logging for us."""

from __future__ import annotations

import logging

from .printable import printable


def speak_up(logger: logging.Logger) -> None:
    """Print the logger's lines to stderr, unless its owner has said where they go."""
    if logger.hasHandlers():
        return

    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("asgi-reload: %(message)s"))
    logger.addHandler(handler)

    if logger.level == logging.NOTSET:
        logger.setLevel(logging.INFO)


class Once:
    """Warns about a cause the first time. Causes are constant words, so there are only so many of them."""

    def __init__(self, logger: logging.Logger) -> None:
        self._logger = logger
        self._said: set[str] = set()

    def __call__(self, cause: str, line: str) -> None:
        if cause not in self._said:
            self._said.add(cause)
            self._logger.warning("%s", printable(line, 500))
