"""A worker whose engine lies: it changes bodies in place, leaves all else as it was, and says that all is well."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from asgi_reload import worker
from asgi_reload.engines import inprocess
from asgi_reload.engines.plan import plan

if TYPE_CHECKING:
    import socket
    from collections.abc import Mapping

    from asgi_reload.engines.plan import Plan


def run(control: socket.socket, config: Mapping[str, Any]) -> int:
    setattr(inprocess, "plan", lying)  # noqa: B010 -- the test tells it to
    return worker.run(control, config)


def lying(*args: Any) -> Plan:
    honest = plan(*args)
    return replace(
        honest, redo=(), members=(), remove=(), rebuild=(), lifespan=None, entry=None, constructors=(), causes={}
    )
