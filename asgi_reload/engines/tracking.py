"""What ran: asked of the interpreter, which remembers it without any tracing, or watched while modules are executed.

CPython specialises code that runs, and a code object shows it. Each version shows it otherwise; where it cannot be told
the answer is None, and the planner is careful.
"""

from __future__ import annotations

import ctypes
import dis
import opcode
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from .source import walk_code

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from types import CodeType

WARM_UP_OFFSET: Final = 52  # of the C short `co_warmup` in CPython 3.11's code object
WARM_UP_NEW: Final = -8
WARM_UP_DONE: Final = 0
PROLOGUE: Final = frozenset({"COPY_FREE_VARS", "MAKE_CELL", "RETURN_GENERATOR", "POP_TOP", "CACHE", "NOP"})
TOOL_IDS: Final = (3, 4)  # 0, 1, 2 and 5 are spoken for: debugger, coverage, profiler, optimizer
TOOL: Final = "asgi-reload"


def has_run(code: CodeType) -> bool | None:
    """Has this code object been executed? None where the interpreter does not tell."""
    version: tuple[int, ...] = tuple(sys.version_info[:2])
    if sys.implementation.name != "cpython":
        return None
    if version == (3, 11):
        return _warm_up(code) != WARM_UP_NEW

    adaptive: bytes = getattr(code, "_co_code_adaptive", b"")
    if version == (3, 12):
        return True if adaptive != _fresh(code) else (False if _shows_early(code) else None)

    return _first_instruction(adaptive) != "RESUME" if version >= (3, 13) else None


def _first_instruction(adaptive: bytes) -> str:
    names = _opcode_names()

    for offset in range(0, len(adaptive), 2):
        name = names.get(adaptive[offset], "")
        if name not in PROLOGUE:
            return name
    return "RESUME"


def _opcode_names() -> dict[int, str]:
    every = {**opcode.opmap, **getattr(dis, "_all_opmap", {})}
    return {number: name for name, number in every.items()}


def _fresh(code: CodeType) -> bytes:
    fresh: bytes = getattr(code.replace(), "_co_code_adaptive", b"")
    return fresh


def _shows_early(code: CodeType) -> bool:
    # Only an instruction that adapts, and is reached on every call, proves by its absence that none took place.
    caches: list[int] = getattr(opcode, "_inline_cache_entries", [])

    for instruction in dis.get_instructions(code):
        if instruction.opcode < len(caches) and caches[instruction.opcode]:
            return True
        if instruction.opcode in dis.hasjrel or instruction.opname.startswith(
            ("RETURN_VALUE", "RETURN_CONST", "YIELD")
        ):
            return False
    return False


class Recording:
    """Which of a set of code objects begin to run while it is open."""

    def __init__(self) -> None:
        self._codes: dict[int, CodeType] = {}
        self._ran: set[int] = set()
        self._counted: dict[int, int] = {}

    def watch(self, codes: Iterable[CodeType]) -> None:
        """Add code objects, with all those inside them."""
        for code in codes:
            for inner in walk_code(code):
                self._codes[id(inner)] = inner

    def saw(self, code: CodeType) -> bool | None:
        """Did it begin to run? None where it cannot be told."""
        if id(code) in self._ran:
            return True

        before = self._counted.get(id(code))
        if before is None:
            return False
        after = _warm_up(code)
        return True if after != before else (None if after == WARM_UP_DONE else False)

    @contextmanager
    def open(self) -> Iterator[None]:
        """Record; by `sys.monitoring` where it exists, else by the counters of code objects that are not warm yet."""
        if sys.version_info >= (3, 12):
            with _monitored(self):
                yield
            return

        if sys.implementation.name == "cpython":
            self._counted = {id(code): _warm_up(code) for code in self._codes.values()}
        yield

    def note(self, code: CodeType) -> None:
        """It ran, whoever says so."""
        self._ran.add(id(code))

    @property
    def codes(self) -> list[CodeType]:
        return list(self._codes.values())


def _warm_up(code: CodeType) -> int:
    return ctypes.c_int16.from_address(id(code) + WARM_UP_OFFSET).value


@contextmanager
def _monitored(recording: Recording) -> Iterator[None]:
    monitoring: Any = sys.monitoring  # type: ignore[attr-defined,unused-ignore]
    tool = next((free for free in TOOL_IDS if monitoring.get_tool(free) is None), None)
    if tool is None:
        yield  # nobody is left to ask: what has run is seen by a look at the code objects that are new
        return

    def on_start(code: CodeType, _: int) -> object:
        recording.note(code)
        return monitoring.DISABLE

    event = monitoring.events.PY_START
    monitoring.use_tool_id(tool, TOOL)
    try:
        monitoring.register_callback(tool, event, on_start)
        monitoring.restart_events()
        for code in recording.codes:
            monitoring.set_local_events(tool, code, event)
        yield
    finally:
        for code in recording.codes:
            monitoring.set_local_events(tool, code, 0)
        monitoring.register_callback(tool, event, None)
        monitoring.free_tool_id(tool)
