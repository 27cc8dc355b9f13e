"""A browser's name and version, as far as its User-Agent tells. Guesses, for people to read; decides nothing."""

from __future__ import annotations

import re
from typing import Final

# In this order: most name others, too.
NAMES: Final = (
    ("Edge", re.compile(r"\bEdgA?/(\d{1,4})")),
    ("Opera", re.compile(r"\bOPR/(\d{1,4})")),
    ("Samsung Internet", re.compile(r"\bSamsungBrowser/(\d{1,4})")),
    ("Firefox", re.compile(r"\b(?:Firefox|FxiOS)/(\d{1,4})")),
    ("Headless Chromium", re.compile(r"\bHeadlessChrome/(\d{1,4})")),
    ("Chrome", re.compile(r"\b(?:Chrome|CriOS)/(\d{1,4})")),
    ("Safari", re.compile(r"\bVersion/(\d{1,4})\S* (?:Mobile/\S+ )?Safari")),
)
MAX_READ: Final = 512  # characters


def browser_of(user_agent: str) -> str:
    """`Firefox 140`; empty for what is none of the known."""
    beginning = user_agent[:MAX_READ]
    found = ((name, version.search(beginning)) for name, version in NAMES)
    return next((f"{name} {match[1]}" for name, match in found if match), "")
