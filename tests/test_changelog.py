"""The changelog is about the version that the package says it is."""

from __future__ import annotations

import re
from pathlib import Path

from asgi_reload import __version__

CHANGELOG = Path(__file__).parent.parent / "CHANGELOG.md"


def test_the_newest_entry_is_this_version() -> None:
    versions = re.findall(r"^## (\S+) \((?:unreleased|\d{4}-\d\d-\d\d)\)$", CHANGELOG.read_text(), re.MULTILINE)
    assert versions[0] == __version__
