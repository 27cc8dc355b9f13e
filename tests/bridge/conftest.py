"""Every test of a line runs on asyncio's own loop and on uvloop."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

import pytest

LOOPS = {"asyncio": False, "uvloop": True} if find_spec("uvloop") else {"asyncio": False}


@pytest.fixture(params=LOOPS)
def anyio_backend(request: pytest.FixtureRequest) -> tuple[str, dict[str, Any]]:
    return "asyncio", {"use_uvloop": LOOPS[request.param]}
