"""The user's app, of which the code may change: who stands for it in a module, and what a new version of it means.

Found by identity, as the engine asks for it. Knows nothing of files, and nothing of how a new version came about.
"""

from __future__ import annotations

import sys
from contextlib import suppress
from dataclasses import dataclass, fields
from functools import partial
from types import FunctionType, ModuleType
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol

from .engines.served import Served
from .errors import CannotAdopt

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from starlette.types import ASGIApp, Scope

    from .settings import Settings

DEPTH: Final = 4
"""How many layers around the middleware are looked through."""
OUTERMOST: Final = "what stands around ReloadMiddleware changed; wrap it outermost, app = ReloadMiddleware(app)"
OPTIONS: Final = "options of ReloadMiddleware changed (%s); restart to use them"


class Door(Protocol):
    """The middleware that users hold."""

    app: ASGIApp
    settings: Settings


@dataclass(frozen=True, slots=True)
class Origin:
    """How a middleware came to be: the object that its import string names, if it was given one; the working directory
    then, whether an event loop ran, and when it was, in seconds of the wall clock.
    """

    target: object
    directory: Path
    in_loop: bool
    at: float


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
        self._around: list[_Bound] = []
        self._offered = door.settings
        self.on_adopted: Callable[[Settings], None] = lambda settings: None

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
        """The middleware, the application it sits in, what it wraps; nothing, where the server calls something else."""
        served = [one for one in (self._door, self._outer) if one is not None]

        if self._target is not None:
            self._around = [one for one in _bound(modules) if one.value is self._door or _holds(one.value, served)]
            yield self._target
        elif not self._is_inside and (_is_named(served, sys.argv) or not _is_wrapped(served, modules)):
            yield from served
            if self._outer is None:
                yield self._door.app

    def verify(self) -> None:
        for module, name, value in self._around:
            new = vars(sys.modules[module]).get(name) if module in sys.modules else None
            if new is not value and not isinstance(new, type(self._door)):
                raise CannotAdopt(OUTERMOST)
            self._compare(new)

    def serve(self, bound: object) -> ASGIApp:
        app: Any = bound() if self.is_factory and callable(bound) else bound

        self._compare(app)
        if isinstance(app, type(self._door)):
            app = app.app
        if not callable(app):
            raise TypeError(f"the app's name is bound to {app!r}, which is no ASGI app")

        served: ASGIApp = app
        return served

    def _compare(self, app: object) -> None:
        """Has a new version the options of ours? Raises CannotAdopt if not."""
        for door in _doors(app, type(self._door)):
            if changed := _differences(door.settings, self.settings):
                raise CannotAdopt(OPTIONS % ", ".join(changed))
            self._offered = door.settings

    def adopted(self) -> None:
        self._door.app = self.served.app
        self.settings = self._offered
        self.on_adopted(self.settings)

        if self._outer is not None and hasattr(self._outer, "middleware_stack"):
            # The server goes on calling the application that it was given. Of its layers, the new one has its own.
            self._outer.middleware_stack = self._door


def _differences(one: Settings, other: Settings) -> list[str]:
    """The options that differ. Strategies are functions, which are others in each version, and are taken over."""
    compared = [field.name for field in fields(one) if field.compare]
    return [name for name in compared if getattr(one, name) != getattr(other, name)]


def _owner_of(door: Door) -> object:
    """The app whose method we wrap and stand in for: `app.asgi_app = ReloadMiddleware(app.asgi_app)`."""
    owner = getattr(door.app, "__self__", None)
    return owner if any(value is door for value in getattr(owner, "__dict__", {}).values()) else None


def _doors(app: Any, door: type[Any]) -> Iterator[Door]:
    """The middlewares of our kind in an app: itself, one that stands in for a method, those that are added to it."""
    if isinstance(app, door):
        yield app
    else:
        yield from (value for value in _namespace(app).values() if isinstance(value, door))
        for layer in getattr(app, "user_middleware", ()):
            if layer.cls is door:
                yield layer.cls(app, *layer.args, **layer.kwargs)


class _Bound(NamedTuple):
    """A name of a module, and what it is bound to."""

    module: str
    name: str
    value: object


def _bound(modules: Iterable[ModuleType]) -> Iterator[_Bound]:
    return (_Bound(module.__name__, name, value) for module in modules for name, value in list(vars(module).items()))


def _is_named(apps: Sequence[object], argv: Iterable[str]) -> bool:
    """Does the command line name one of these, as `uvicorn main:app` does? Then nothing stands around it."""
    for argument in argv:
        module, _, path = argument.partition(":")
        found: object = sys.modules.get(module)
        for name in path.split("."):
            found = _namespace(found).get(name)
        if any(found is app for app in apps):
            return True
    return False


def _is_wrapped(apps: Sequence[object], modules: Sequence[ModuleType]) -> bool:
    """Does one of these modules bind something that has one of them inside?"""
    others = [value for _, _, value in _bound(modules) if not any(value is app for app in apps)]
    return any(_holds(value, apps) for value in others if callable(value))


def _holds(value: object, apps: Sequence[object], depth: int = DEPTH) -> bool:
    if depth == 0 or issubclass(type(value), (type, ModuleType)):
        return False

    layers = [inner for inner in _parts(value) if callable(inner)]
    return any(any(inner is app for app in apps) or _holds(inner, apps, depth - 1) for inner in layers)


def _parts(value: object) -> Iterator[object]:
    yield from list(_namespace(value).values())

    match value:
        case FunctionType(__closure__=tuple(cells)):
            for cell in cells:
                with suppress(ValueError):  # empty
                    yield cell.cell_contents
        case partial():
            yield from (value.func, *value.args, *value.keywords.values())


def _namespace(value: object) -> dict[str, Any]:
    try:
        return vars(value)
    except Exception:  # a proxy raises whatever it likes
        return {}
