"""Tracebacks on the terminal: the user's own frames, and of all others a line."""

from __future__ import annotations

import sysconfig
import traceback
from importlib import import_module
from textwrap import dedent
from typing import TYPE_CHECKING

import pytest

from asgi_reload.folding import folded

if TYPE_CHECKING:
    from pathlib import Path

LIBRARY = "/venv/lib/python3.11/site-packages/starlette"
STDLIB = sysconfig.get_path("stdlib")


def test_frames_of_libraries_become_one_line() -> None:
    text = dedent(f"""\
        Traceback (most recent call last):
          File "{LIBRARY}/applications.py", line 96, in __call__
            await self.middleware_stack(scope, receive, send)
          File "{LIBRARY}/routing.py", line 65, in app
            response = await f(request)
                       ^^^^^^^^^^^^^^^^
          File "{STDLIB}/contextlib.py", line 10, in inner
            return func()
          File "/home/ada/shop/main.py", line 16, in boom
            1/0
            ~^~
        ZeroDivisionError: division by zero""")

    assert folded(text) == dedent("""\
        Traceback (most recent call last):
          … 3 frames of starlette, Python
          File "/home/ada/shop/main.py", line 16, in boom
            1/0
            ~^~
        ZeroDivisionError: division by zero""")


def test_the_frame_that_raised_stays_whoever_it_belongs_to() -> None:
    text = dedent(f"""\
        Traceback (most recent call last):
          File "/home/ada/shop/main.py", line 16, in boom
            call()
          File "{LIBRARY}/a.py", line 1, in a
            b()
          File "{LIBRARY}/b.py", line 1, in b
            c()
          File "{LIBRARY}/c.py", line 1, in c
            raise ValueError
        ValueError""")

    assert folded(text).splitlines()[3:5] == ["  … 2 frames of starlette", f'  File "{LIBRARY}/c.py", line 1, in c']


@pytest.mark.parametrize("text", ["", "SyntaxError: invalid syntax", "no traceback\nat all", "Traceback (most recent"])
def test_what_has_no_frames_is_left_as_it_is(text: str) -> None:
    assert folded(text) == text


def test_a_real_import_is_told_from_the_users_line_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "broken_project.py").write_text("import json\n\njson.loads('{')\n")
    monkeypatch.syspath_prepend(tmp_path)

    with pytest.raises(ValueError) as raised:
        import_module("broken_project")

    lines = folded("".join(traceback.format_exception(raised.value))).splitlines()
    assert any("broken_project.py" in line for line in lines)
    assert any("frames of Python" in line for line in lines)
    assert "_bootstrap" not in "\n".join(lines)
