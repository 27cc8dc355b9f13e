"""A file of names and values, as developers keep it beside the app."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from asgi_reload.env_file import read_env_file
from asgi_reload.errors import SettingError

if TYPE_CHECKING:
    from pathlib import Path


def test_names_get_their_values_and_this_process_does_not(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text(
        "# local\nexport GREETING='hello there'\nDATABASE=sqlite:///${GREETING}.db # mine\nEMPTY=\nNOTHING\n"
    )

    values = read_env_file(file)

    assert values == {"GREETING": "hello there", "DATABASE": "sqlite:///hello there.db", "EMPTY": ""}
    assert "GREETING" not in os.environ


def test_a_file_that_is_not_there_is_said_by_name(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match=r"env_file='.*/\.env': cannot be read \(No such file or directory\)"):
        read_env_file(tmp_path / ".env")


def test_a_file_that_is_no_text_is_said_by_name(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"NAME=\xff")

    with pytest.raises(SettingError, match=r"cannot be read \(it is not UTF-8\)"):
        read_env_file(tmp_path / ".env")
