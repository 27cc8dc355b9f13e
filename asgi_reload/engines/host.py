"""The seam to whoever serves the app: what the engine asks of a middleware, and where the app is bound."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from types import ModuleType

    from .lifespans import ASGIApp
    from .served import Served


class Host(Protocol):
    """What the engine asks of whoever serves the app."""

    @property
    def served(self) -> Served:
        """Where generations are answered from."""

    def anchors(self, modules: Sequence[ModuleType]) -> Iterable[object]:
        """The objects that may stand for the app in these modules: the middleware, what it sits in, what it wraps."""

    def serve(self, bound: object) -> ASGIApp:
        """What to serve now that the app's name is bound to this object.

        Raises TypeError if it is no app, CannotAdopt if a new process would serve it in a way that this one cannot.
        """

    def verify(self) -> None:
        """A plan is written. Raises CannotAdopt if it changed what stands around the app: the server calls the old."""

    def adopted(self) -> None:
        """What `serve` was asked about last answers requests from now on."""

    @property
    def is_factory(self) -> bool:
        """Is the anchor a function that `serve` has to call to get the app?"""


@dataclass(frozen=True, slots=True)
class Binding:
    """Where the app is bound: the name that a server was told, `main:app`."""

    module: str
    attribute: str

    @property
    def value(self) -> object:
        """What the name is bound to now. Raises AttributeError if it is bound no more."""
        namespace = vars(sys.modules[self.module])
        if self.attribute not in namespace:
            raise AttributeError(f"module {self.module!r} no longer binds {self.attribute!r}, which is served")
        return namespace[self.attribute]


def find_binding(host: Host, modules: Iterable[str]) -> Binding | None:
    """The first of these modules that binds one of the host's anchors, the anchors in their order."""
    named = [(name, module) for name in modules if (module := sys.modules.get(name)) is not None]

    for anchor in host.anchors([module for _, module in named]):
        for name, module in named:
            for attribute, value in list(vars(module).items()):
                if value is anchor:
                    return Binding(name, attribute)
    return None
