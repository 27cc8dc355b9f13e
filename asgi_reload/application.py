"""The user's app, of which the code may change: who stands for it in a module, and what a new version of it means.

Found by identity, as the engine asks for it. Knows nothing of files, and nothing of how a new version came about.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final, Protocol

from .engines.served import Served
from .errors import CannotAdopt, SettingError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from starlette.types import ASGIApp, Scope

    from .settings import Settings

DEPTH: Final = 4
"""How many layers around the middleware are looked through."""
OUTERMOST: Final = "wrap the app outermost, app = ReloadMiddleware(app), so that all of it can be replaced"


class Door(Protocol):
    """The middleware that users hold."""

    app: ASGIApp
    settings: Settings


@dataclass(frozen=True, slots=True)
class Origin:
    """How a middleware came to be: the object that its import string names, if it was given one; the working directory
    then, and whether an event loop ran.
    """

    target: object
    directory: Path
    in_loop: bool


class Application:
    """What a middleware serves, one version after another."""

    def __init__(self, door: Door, origin: Origin) -> None:
        self.origin = origin
        self.settings = door.settings
        self.served = Served(door.app, drain=door.settings.drain / 1000)
        self._door = door
        self._target = origin.target
        self._outer: object = None
        self._is_inside = False

    @property
    def candidates(self) -> list[object]:
        """What the developer's own module may bind as the app."""
        return [one for one in (self._door, self._door.app, self._outer, self._target) if one is not None]

    @property
    def is_factory(self) -> bool:
        return self._target is not None and self._door.settings.factory

    def meet(self, scope: Scope) -> None:
        """Learn from a first scope what the middleware sits in."""
        if "router" in scope:
            self._is_inside = True  # a router has chosen us for a part of the paths
        else:
            self._outer = scope.get("app") or _owner_of(self._door)

    def anchors(self, modules: Sequence[ModuleType]) -> Iterator[object]:
        """The middleware, the application it sits in, what it wraps."""
        if self._target is not None:
            yield self._target
            return

        yield self._door

        if not self._is_inside:
            if self._outer is not None:
                yield self._outer
            elif not _is_wrapped(self._door, modules):
                yield self._door.app

    def serve(self, bound: object) -> ASGIApp:
        app: Any = bound() if self.is_factory and callable(bound) else bound

        if isinstance(app, type(self._door)):
            if app.settings != self._door.settings:
                raise CannotAdopt("the options of ReloadMiddleware changed; restart to use them")
            app = app.app
        if not callable(app):
            raise TypeError(f"the app's name is bound to {app!r}, which is no ASGI app")

        served: ASGIApp = app
        return served

    def adopted(self, bound: object) -> None:
        self._door.app = self.served.app

        if self._outer is not None and hasattr(self._outer, "middleware_stack"):
            # The server goes on calling the application that it was given. Of its layers, the new one has its own.
            self._outer.middleware_stack = self._door


def load(target: str, *, factory: bool) -> tuple[object, ASGIApp]:
    """The object that an import string names, `main:app` or `main:site.app`, and the app that it is or makes.

    Raises `SettingError` for a string that is none or names nothing; what the module itself raises goes through.
    """
    name, colon, path = target.partition(":")

    if not name or not path or not colon:
        raise SettingError("app", target, "expected an ASGI app or an import string such as 'main:app'")

    found: Any = import_module(name)
    for attribute in path.split("."):
        if not hasattr(found, attribute):
            raise SettingError("app", target, f"the module {name} has no {path}")
        found = getattr(found, attribute)
    app = found() if factory else found

    if not callable(app):
        raise SettingError("app", target, f"expected an ASGI app, found {app!r}")

    return found, app


def _owner_of(door: Door) -> object:
    """The app whose method we wrap and stand in for: `app.asgi_app = ReloadMiddleware(app.asgi_app)`."""
    owner = getattr(door.app, "__self__", None)
    return owner if any(value is door for value in getattr(owner, "__dict__", {}).values()) else None


def _is_wrapped(door: object, modules: Sequence[ModuleType]) -> bool:
    """Does one of these modules bind something that has the middleware inside?"""
    values = [value for module in modules for value in list(vars(module).values())]
    return any(_holds(value, door, DEPTH) for value in values if callable(value))


def _holds(value: object, door: object, depth: int) -> bool:
    if depth == 0 or isinstance(value, (type, ModuleType)):
        return False

    layers = [inner for inner in list(getattr(value, "__dict__", {}).values()) if callable(inner)]
    return any(inner is door or _holds(inner, door, depth - 1) for inner in layers)
