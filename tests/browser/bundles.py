"""Other people's scripts for tests, taken out of wheels on PyPI: neither Node nor a copy of them is needed."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from typing import TYPE_CHECKING, NamedTuple

import pytest

if TYPE_CHECKING:
    from pathlib import Path

DEADLINE_S = 40


class Bundle(NamedTuple):
    """A file in a wheel."""

    requirement: str
    member: str
    options: tuple[str, ...] = ()


HTMX = Bundle("django-htmx==1.29.0", "django_htmx/static/django_htmx/htmx-2.min.js")
TURBO = Bundle("turbo-django==0.4.4", "turbo/static/turbo/js/turbo.min.js")
# The wheel asks for a Python that may not be ours; only a file in it is wanted.
DATASTAR = Bundle(
    "stario==3.4.0",
    "stario/cli/templates/hello-world/static/js/datastar.js",
    ("--python-version", "3.14", "--only-binary=:all:"),
)


def source_of(bundle: Bundle, cache: Path) -> str:
    """The script's text, downloaded once for each cache folder; the test is skipped where that cannot be done."""
    folder = cache / bundle.requirement
    command = ["pip", "download", "--quiet", "--no-deps", "--dest", str(folder), *bundle.options]

    if not list(folder.glob("*.whl")):
        whole = [sys.executable, "-m", *command, bundle.requirement]
        run = subprocess.run(whole, capture_output=True, timeout=DEADLINE_S, check=False)
        if run.returncode != 0:
            pytest.skip(f"{bundle.requirement} cannot be downloaded: {run.stderr.decode(errors='replace')[-200:]}")

    with zipfile.ZipFile(next(folder.glob("*.whl"))) as wheel:
        return wheel.read(bundle.member).decode()
