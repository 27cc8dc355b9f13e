"""The seam to whoever serves the app: what the engine asks of a middleware, and where the app is bound."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .generation import Served
    from .lifespans import ASGIApp


class Host(Protocol):
    """What the engine asks of whoever serves the app."""

    @property
    def served(self) -> Served:
        """Where generations are answered from."""

    def anchors(self) -> Iterable[object]:
        """The objects that may stand for the app in a module: the middleware, the app it sits in, the app it wraps."""

    def serve(self, bound: object) -> ASGIApp:
        """What to serve now that the app's name is bound to this object; TypeError if it is no app."""

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
    names = list(modules)

    for anchor in host.anchors():
        for name in names:
            module = sys.modules.get(name)
            for attribute, value in list(vars(module).items()) if module is not None else ():
                if value is anchor:
                    return Binding(name, attribute)
    return None
