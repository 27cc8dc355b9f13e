"""For user code: what should survive a reload, what should end with it, and what must never be replaced in place.

Everything here works the same without a reloader: an object is made once, and nothing is ever disposed of.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from .engines.keeping import KEEPER

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

T = TypeVar("T")
F = TypeVar("F", bound="Callable[[], Any]")


def keep(key: Hashable, factory: Callable[[], T]) -> T:
    """The same object after every reload: `pool = hot.keep("pool", make_pool)`. Keys are the whole process's."""
    return KEEPER.keep(key, factory)


def dispose(function: F) -> F:
    """Run this function, sync or async, without arguments, before its module is replaced by a new version."""
    KEEPER.on_dispose(function)
    return function


def decline(module: str) -> None:
    """`hot.decline(__name__)`: never change this module in place; an edit of it asks for a restart."""
    KEEPER.declined.add(module)


def restart() -> bool:
    """Ask for a new worker, which takes over when it has started; False where nobody can give one.

    That is the `asgi-reload` command: where the middleware serves in the server's own process, nothing happens.
    """
    if KEEPER.on_wish is None:
        return False

    KEEPER.on_wish()
    return True
