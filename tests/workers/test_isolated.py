"""Interpreters where they can be, processes where they cannot, and one sentence about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from asgi_reload.workers.interpreters import why_no_interpreters
from asgi_reload.workers.isolated import Isolated

from .kit import ENTRY, closing, launch

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

pytestmark = pytest.mark.anyio

REFUSAL = "ImportError: module pydantic_core._pydantic_core does not support loading in subinterpreters"
TELL = """
try:
    from concurrent.interpreters import get_current, get_main
    say(main=get_current() == get_main())
except ImportError:
    say(main=True)
control.recv(1)
"""


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
async def launcher(said: list[str]) -> AsyncIterator[Isolated]:
    launcher = Isolated(ENTRY, said.append)
    async with closing(launcher):
        yield launcher


@pytest.mark.skipif(bool(why_no_interpreters()), reason=why_no_interpreters())
async def test_a_refusal_leads_to_processes_and_is_said_once(launcher: Isolated, said: list[str]) -> None:
    first = await launch(launcher, TELL)
    assert await first.peer.next() == {"main": False}

    assert not launcher.refused("ZeroDivisionError: division by zero")
    assert launcher.refused(REFUSAL)
    assert not launcher.refused(REFUSAL)
    second = await launch(launcher, TELL)
    assert await second.peer.next() == {"main": True}

    assert said == ["pydantic_core._pydantic_core does not load in a subinterpreter; workers are processes instead."]
    assert launcher.status()["fallback"] == said[0]
    first.life.terminate()
    assert await first.end() == "exit code 0"


@pytest.mark.skipif(not why_no_interpreters(), reason="this Python has interpreters")
async def test_an_older_python_has_processes_and_says_so(launcher: Isolated, said: list[str]) -> None:
    worker = await launch(launcher, TELL)

    assert await worker.peer.next() == {"main": True}
    assert len(said) == 1
    assert said[0].startswith("interpreters need Python 3.14 or newer")
