"""Small programs as texts, for the pure half of the engine."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING

from asgi_reload.engines.names import BodyAt
from asgi_reload.engines.source import Source, parse

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


def program(modules: Mapping[str, str]) -> dict[str, Source]:
    """Parsed modules; a name that ends in a dot is a package."""
    return {
        name.rstrip("."): parse(
            name.rstrip("."), dedent(text).lstrip("\n").encode(), f"/{name}py", is_package=name.endswith(".")
        )
        for name, text in modules.items()
    }


def bodies(sources: Mapping[str, Source], names: Iterable[str]) -> frozenset[BodyAt]:
    """The bodies with these full names, `main.create_app`."""
    wanted = frozenset(names)
    found = {
        f"{module}.{body.key.qualname}": BodyAt(module, body.key)
        for module, source in sources.items()
        for body in source.bodies()
    }
    assert wanted <= set(found), f"no such bodies: {wanted - set(found)}"
    return frozenset(found[name] for name in wanted)
