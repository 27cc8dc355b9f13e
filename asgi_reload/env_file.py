"""A file of `NAME=value` lines, for the environment of a process. Changes no environment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .errors import SettingError

if TYPE_CHECKING:
    from pathlib import Path

NO_DOTENV = "needs python-dotenv; pip install 'asgi-reload[cli]'"


def read_env_file(path: Path) -> dict[str, str]:
    """The names that the file gives a value. As for uvicorn, what the environment has already is to win.

    `${NAME}` in a value stands for what the file, else this process, calls so.
    Raises `SettingError` for a file that is not there or cannot be read.
    """
    try:
        from dotenv import dotenv_values
    except ImportError as error:
        raise SettingError("env_file", str(path), NO_DOTENV) from error

    try:
        with path.open(encoding="utf-8") as lines:
            values = dotenv_values(stream=lines)
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8"
        raise SettingError("env_file", str(path), f"cannot be read ({reason}); correct it") from error

    return {name: value for name, value in values.items() if value is not None}
