"""What the terminal shows: the lines of our log, in colour where that can be seen, and plain everywhere else."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

from rich.console import Console
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable

NAME: Final = "asgi-reload: "
STYLES: Final = {logging.DEBUG: "dim", logging.INFO: "", logging.WARNING: "yellow", logging.ERROR: "bold red"}
FRAME: Final = '  File "'
COLUMN: Final = 10


class Screen:
    """Standard error, as a person or a file reads it. use_colors: None is where the terminal shows them."""

    def __init__(self, use_colors: bool | None) -> None:
        self._console = Console(
            stderr=True,
            force_terminal=use_colors or None,
            no_color=use_colors is False,
            color_system="auto" if use_colors is not False else None,
            highlight=False,
            soft_wrap=True,
            emoji=False,
            markup=False,
        )

    def line(self, text: str, style: str = "") -> None:
        """A line of ours; what follows its first line is a traceback."""
        first, *rest = text.splitlines() or [""]
        self._console.print(Text.assemble((NAME, "cyan"), (first, style)))
        for line in rest:
            self._console.print(Text(line, style_in_traceback(line)))

    def block(self, rows: Iterable[tuple[str, str]]) -> None:
        """Names and values, one row each."""
        for name, value in rows:
            self._console.print(Text.assemble(("  " + name.ljust(COLUMN), "dim"), (value, "")))

    def clear(self) -> None:
        self._console.clear()


def style_in_traceback(line: str) -> str:
    """Frames and code stay in the background; what happened, at the edge, does not."""
    if not line[:2].strip():
        return "cyan" if line[: len(FRAME)] == FRAME else "dim"

    return "dim" if line[:9] == "Traceback" else "bold red"


class Lines(logging.Handler):
    """A log's records, on a screen."""

    def __init__(self, screen: Screen) -> None:
        super().__init__()
        self._screen = screen
        self.setFormatter(logging.Formatter("%(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        try:
            style = STYLES.get(min(record.levelno, logging.ERROR), "")
            self._screen.line(self.format(record), style)
        except Exception:
            self.handleError(record)


def show_log(name: str, screen: Screen, level: str) -> None:
    """Show that logger's records from this level on, here and nowhere else."""
    logger = logging.getLogger(name)
    logger.handlers[:] = [Lines(screen)]
    logger.propagate = False
    logger.setLevel("DEBUG" if level == "trace" else level.upper())
