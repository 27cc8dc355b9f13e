"""Every loop that a front or a worker may run on."""

from __future__ import annotations

from importlib.util import find_spec

import pytest

from .kit import ROOT

LOOPS = [False, True] if find_spec("uvloop") else [False]


@pytest.fixture(params=LOOPS, ids=lambda uvloop: "uvloop" if uvloop else "asyncio")
def anyio_backend(request: pytest.FixtureRequest) -> tuple[str, dict[str, bool]]:
    return "asyncio", {"use_uvloop": request.param}


@pytest.fixture(autouse=True)
def _importable(monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker finds the entry of these tests."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
