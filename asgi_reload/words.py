"""What objects of user code say of themselves: asked for in another thread, and for no longer than people wait.

`str()` and `repr()` are user code: they may raise, take seconds, or never end.
"""

from __future__ import annotations

import threading
import time
from contextvars import copy_context
from typing import TYPE_CHECKING, Final, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

ONE_S: Final = 0.05
"""What one object may take."""
ALL_S: Final = 0.1
"""What all objects may take that are asked by one `Words`."""
MAX_WORDS: Final = 16 * 1024
"""Characters of an answer that are kept: its beginning."""
MAX_WAITED_FOR: Final = 8
"""Threads that have not come back from user code yet; while there are so many, nobody is asked."""
THREAD: Final = "asgi-reload: asks for words"
NO_TIME: Final = f"<no words within {ONE_S * 1000:.0f} ms>"
RAISED: Final = "<no words: its {} raises {}>"
PLAIN: Final = frozenset({str, int, float, bool, bytes, type(None)})
MAX_ARGUMENTS: Final = 8


class Words:
    """Asks one object after another, for as long as there is time."""

    def __init__(self) -> None:
        self._left_s = ALL_S

    def of_error(self, error: BaseException) -> str:
        """What the exception says."""
        return beginning(str(error)) if _is_quick(error) else self.of(error)

    def of(self, value: object, ask: Callable[[object], str] = str) -> str:
        """The value itself if it is a text, else what it says to `str` or `repr`; at most MAX_WORDS characters."""
        if type(value) is str:
            return beginning(value)

        waiting = sum(thread.name == THREAD for thread in threading.enumerate())
        if self._left_s <= 0 or waiting >= MAX_WAITED_FOR:
            return NO_TIME

        answers: list[str] = []
        context = copy_context()
        thread = _thread(lambda: answers.append(context.run(_asked, value, ask)))
        began = time.monotonic()
        thread.start()
        thread.join(min(ONE_S, self._left_s))
        self._left_s -= time.monotonic() - began
        return answers[0] if answers else NO_TIME


def beginning(text: str) -> str:
    """Not more of it than is kept; a subclass of str becomes one."""
    return str.__getitem__(text, slice(MAX_WORDS))


def attribute(type_: type, name: str, value: object) -> object:
    """What the built-in type says of this attribute, whatever a subclass makes of its name."""
    return vars(type_)[name].__get__(value)


def definer(kind: type, name: str) -> type:
    """The class that this method of all objects comes from."""
    line = cast("tuple[type, ...]", attribute(type, "__mro__", kind))
    return next((cls for cls in line if name in cast("Mapping[str, object]", attribute(type, "__dict__", cls))), object)


def _asked(value: object, ask: Callable[[object], str]) -> str:
    try:
        return beginning(ask(value))
    except BaseException as error:
        # Whatever it is, an exit too: it has come of a question of ours, and the thread ends here.
        name: object = attribute(type, "__qualname__", type(error))
        return RAISED.format(f"__{ask.__name__}__", name)


def _thread(target: Callable[[], object]) -> threading.Thread:
    try:
        return threading.Thread(target=target, name=THREAD, daemon=True)
    except RuntimeError:
        # An interpreter that ends with its threads has no others.
        return threading.Thread(target=target, name=THREAD)


def _is_quick(error: BaseException) -> bool:
    """Is all that it says Python's own, of values that are too? Then nobody has to be waited for."""
    speaker = definer(type(error), "__str__")
    arguments = attribute(BaseException, "args", error)
    return (
        attribute(type, "__module__", speaker) == "builtins"
        and isinstance(arguments, tuple)
        and len(arguments) <= MAX_ARGUMENTS
        and all(type(argument) in PLAIN for argument in arguments)
    )
