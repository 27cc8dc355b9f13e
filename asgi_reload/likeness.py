"""An exception as it can be told without running anything of its own: a likeness, of plain values, and not too large.

What leads to it, and what it groups, comes with it. Nothing of the exception itself is changed.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any, Final, cast

from .printable import printable
from .suggestions import SUGGESTS, suggest
from .words import Words, attribute

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

MAX_FAULTS: Final = 20
"""Exceptions in all."""
MAX_MEMBERS: Final = 15
"""Of one group."""
MAX_DEPTH: Final = 10
"""Groups in groups; as many as Python tells, and so are the members."""
MAX_FRAMES: Final = 50
"""The last calls of one exception."""
MAX_COUNTED: Final = 100_000
"""Exceptions that are counted, where they are too many to be told."""
MAX_NOTES: Final = 20
MAX_NAME: Final = 200
MAX_NUMBER: Final = 10_000_000
"""Of lines and columns."""
MAX_TEXT: Final = 2_000
"""Characters of a line that is no Python; of a longer one the place is told, not the text."""
NUMBERS: Final = ("lineno", "offset", "end_lineno", "end_offset")


class Likeness(Exception):
    """What all likenesses are; `words` are what the exception said."""

    words = ""

    def __str__(self) -> str:
        return self.words


def likeness(error: BaseException) -> BaseException:
    """The exception as plain values, with its traceback. Takes ≤ 0.1 s of waiting for user code, whatever it holds."""
    return _Portrait().of(error)


class _Portrait:
    """One likeness in the making."""

    def __init__(self) -> None:
        self._words = Words()
        self._left = MAX_FAULTS
        self._seen: set[int] = set()

    def of(self, error: BaseException, depth: int = 0) -> BaseException:
        first = copy = self._alone(error, depth)

        for earlier, is_cause in _led_by(error):
            if id(earlier) in self._seen:
                break
            if not self._left:
                copy.add_note(f"… and {_length(earlier)} more that led to it")
                break
            before = self._alone(earlier, depth)
            if is_cause:
                copy.__cause__ = before
            else:
                copy.__context__ = before
            copy = before
        return first

    def _alone(self, error: BaseException, depth: int) -> BaseException:
        """Without what led to it."""
        self._seen.add(id(error))
        self._left -= 1
        members = _members(error)
        told = list(self._told(members, depth))
        copy = _made(error, self._words.of_error(error), told)
        self._complete(error, copy)
        for note in self._notes(error):
            copy.add_note(note)
        if len(told) < len(members):
            copy.add_note(f"… and {len(members) - len(told)} more in this group")
        calls, above = _last_calls(cast("TracebackType | None", attribute(BaseException, "__traceback__", error)))
        if above:
            copy.add_note(f"… and {above} calls above")
        return copy.with_traceback(calls)

    def _told(self, members: tuple[BaseException, ...], depth: int) -> Iterator[BaseException]:
        for member in members[:MAX_MEMBERS] if depth < MAX_DEPTH else ():
            if self._left and id(member) not in self._seen:
                yield self.of(member, depth + 1)

    def _notes(self, error: BaseException) -> list[str]:
        """Its notes, as text. What stands there and is no list is one note."""
        found = _own(error).get("__notes__", ())
        notes = found if isinstance(found, list | tuple) else (found,)
        told = [self._words.of(note) for note in notes[:MAX_NOTES]]
        return told if len(notes) <= MAX_NOTES else [*told, f"… and {len(notes) - MAX_NOTES} more notes"]

    def _complete(self, error: BaseException, copy: BaseException) -> None:
        """Give the copy what Python asks of an exception of its kind."""
        match copy:
            case SyntaxError():
                _place(error, copy, self._words)
            case Likeness():
                copy.words += suggest(error, copy)


def _made(error: BaseException, words: str, members: list[BaseException]) -> BaseException:
    kind = type(error)
    base = next((known for known in (SyntaxError, *SUGGESTS) if issubclass(kind, known)), None)
    bases = (Likeness, BaseExceptionGroup) if members else (Likeness, base) if base else (Likeness,)
    named = {name: _name_of(kind, name) for name in ("__qualname__", "__module__")}
    made = cast("Any", type("Likeness", bases, {**named, "words": words}))
    copy: BaseException = made("", members) if members else made()
    return copy


def _name_of(kind: type, name: str) -> str:
    found = attribute(type, name, kind)
    return printable(found, MAX_NAME) if isinstance(found, str) else "?"


def _own(error: BaseException) -> dict[str, Any]:
    """What is written on the exception itself."""
    return cast("dict[str, Any]", attribute(BaseException, "__dict__", error))


def _members(error: BaseException) -> tuple[BaseException, ...]:
    if not issubclass(type(error), BaseExceptionGroup):
        return ()

    return cast("tuple[BaseException, ...]", attribute(BaseExceptionGroup, "exceptions", error))


def _before(error: BaseException) -> tuple[BaseException | None, bool]:
    """What led to it, and whether it was named as the cause."""
    cause = attribute(BaseException, "__cause__", error)
    if cause is not None:
        return cast("BaseException", cause), True

    is_hidden = attribute(BaseException, "__suppress_context__", error)
    return None if is_hidden else cast("BaseException | None", attribute(BaseException, "__context__", error)), False


def _led_by(error: BaseException) -> Iterator[tuple[BaseException, bool]]:
    """What led to it, the last first, and whether each was named as the cause."""
    earlier, is_cause = _before(error)
    while earlier is not None:
        yield earlier, is_cause
        earlier, is_cause = _before(earlier)


def _last_calls(traceback: TracebackType | None) -> tuple[TracebackType | None, int]:
    """The end of a traceback, and how many calls are above it."""
    last = deque(_calls(traceback), maxlen=MAX_FRAMES)
    length = sum(1 for _ in _calls(traceback))
    return (last[0], length - MAX_FRAMES) if length > MAX_FRAMES else (traceback, 0)


def _calls(traceback: TracebackType | None) -> Iterator[TracebackType]:
    while traceback is not None:
        yield traceback
        traceback = traceback.tb_next


def _length(error: BaseException) -> int:
    """How many led to it, with itself."""
    seen = {id(error)}
    for earlier, _ in _led_by(error):
        if id(earlier) in seen or len(seen) == MAX_COUNTED:
            break
        seen.add(id(earlier))
    return len(seen)


def _place(error: BaseException, copy: SyntaxError, words: Words) -> None:
    """Where a text is no Python."""
    found = {name: attribute(SyntaxError, name, error) for name in ("msg", "filename", "text", *NUMBERS)}
    message, filename, text = found["msg"], found["filename"], found["text"]
    copy.msg = words.of(message) if message is not None else "<no words>"
    copy.filename = filename if type(filename) is str else None
    copy.text = text if type(text) is str and len(text) <= MAX_TEXT else None
    numbers = {name: number for name in NUMBERS if type(number := found[name]) is int and abs(number) <= MAX_NUMBER}
    copy.lineno, copy.offset = numbers.get("lineno"), numbers.get("offset")
    copy.end_lineno, copy.end_offset = numbers.get("end_lineno"), numbers.get("end_offset")
