"""Whatever is done to a tree, in whatever order: who lives on what is told ends with what is on disk."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .kit import tree, watching, write

if TYPE_CHECKING:
    from collections.abc import Callable

    Operation = Callable[[Path], object]

pytestmark = pytest.mark.anyio

PLACES = st.sampled_from(["a.css", "b.html", "one/a.css", "one/c.py", "one/two/d.css", "three/e.js", "three/four/f.js"])
DIRECTORIES = st.sampled_from(["one", "one/two", "three", "three/four", "five"])
TEXTS = st.text(max_size=20)


def put(place: str, text: str) -> Operation:
    return lambda root: write(root, {place: text})


def replace(place: str, text: str) -> Operation:
    def operate(root: Path) -> None:
        temporary = write(root, {"new.tmp": text}) / "new.tmp"

        try:
            temporary.replace(root / place)
        finally:
            temporary.unlink(missing_ok=True)

    return operate


def delete(place: str) -> Operation:
    return lambda root: (root / place).unlink()


def touch(place: str) -> Operation:
    return lambda root: os.utime(root / place, (1, 1))


def move(source: str, target: str) -> Operation:
    return lambda root: (root / source).rename(root / target)


def remove_tree(directory: str) -> Operation:
    return lambda root: shutil.rmtree(root / directory)


OPERATIONS = st.one_of(
    st.builds(put, PLACES, TEXTS),
    st.builds(put, PLACES, TEXTS),
    st.builds(replace, PLACES, TEXTS),
    st.builds(delete, PLACES),
    st.builds(touch, PLACES),
    st.builds(move, PLACES, PLACES),
    st.builds(move, DIRECTORIES, DIRECTORIES),
    st.builds(remove_tree, DIRECTORIES),
)


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(bursts=st.lists(st.lists(OPERATIONS, min_size=1, max_size=6), min_size=1, max_size=5))
async def test_any_sequence_of_operations_ends_with_what_is_on_disk(bursts: list[list[Operation]]) -> None:
    with TemporaryDirectory() as directory:
        root = write(Path(directory), {"a.css": "0", "one/a.css": "0", "one/two/d.css": "0", "three/four/f.js": "0"})
        told = tree(root)

        async with watching(root) as watched:
            for number, burst in enumerate(bursts):
                for operate in burst:
                    with suppress(OSError):
                        operate(root)

                # The mark is told when the burst is over, or before; what was held back comes after it.
                write(root, {"mark.txt": f"{number}"})

                while told.get("mark.txt") != f"{number}".encode():
                    watched.apply(await watched.batch(), told)

            while told != tree(root):
                watched.apply(await watched.batch(), told)

            await watched.told_only()
