"""What every test may use, and the one rule of order: browser tests come last.

Playwright's synchronous API leaves an event loop marked as running in its thread, so no test that starts a loop of
its own may follow in the same process. pytest-xdist hands tests out in order, which keeps the rule per worker.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from .programs.running import Zygote

if TYPE_CHECKING:
    from collections.abc import Iterator


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)


@pytest.fixture(scope="session")
def zygote() -> Iterator[Zygote]:
    """Forks uvicorns that need not import the libraries."""
    forking = Zygote()
    yield forking
    forking.close()
