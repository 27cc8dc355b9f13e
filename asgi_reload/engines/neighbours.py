"""Apps that are served side by side in one process run the same modules: what their engines know, they know together.

One of them carries a save out, for all. Who hears of it later finds it done.
"""

from __future__ import annotations

from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

import anyio

from .follow import CannotFollow

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Mapping
    from pathlib import Path

    from ..changes import Change
    from ..outcome import Applied, Outcome
    from .host import Binding, Host
    from .lifespans import ASGIApp
    from .observer import Observer
    from .plan import Plan

SEVERAL: Final = "several apps in this process run what was saved,"


class Engine(Protocol):
    """One app's."""

    @property
    def host(self) -> Host: ...

    def binding(self) -> Binding | None:
        """Where its app is bound; None if that is not known."""

    async def carry_out(self, changes: Iterable[Change], asked_by: Engine, /) -> Outcome:
        """Make changes live that the other one has heard of."""


class Neighbours:
    """The engines that share an observer, all in one event loop, by the order in which their apps were first called."""

    def __init__(self, observer: Observer) -> None:
        self.observer = observer
        self.lock = anyio.Lock()
        self._engines: list[Engine] = []
        self._done: dict[Path, tuple[bytes | None, Engine, Applied]] = {}

    def join(self, engine: Engine) -> None:
        """One more. Nobody leaves: a middleware that was called once may be called again."""
        self._engines.append(engine)

    @property
    def is_alone(self) -> bool:
        return len(self._engines) == 1

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """One at a time; requests wait meanwhile, those for the other apps too."""
        async with self.lock, AsyncExitStack() as stack:
            for engine in self._engines:
                await stack.enter_async_context(engine.host.served.gate.holding())
            yield

    async def settled(self) -> None:
        """Wait for the requests that have only just begun, at whichever app."""
        for engine in self._engines:
            await engine.host.served.settled()

    def carrier(self, engine: Engine) -> Engine:
        """Who carries out what that engine has heard of: of all apps the one with a lifespan, whose start may fail."""
        lasting = [one for one in self._engines if one.host.served.current.lifespan is not None]
        return lasting[0] if len(lasting) == 1 else engine

    def note(self, engine: Engine, texts: Mapping[Path, bytes | None], outcome: Applied) -> None:
        """That engine has made these files live, as they are now; unless that was another one before it."""
        for path, text in texts.items():
            if path not in self._done or self._done[path][0] != text:
                self._done[path] = text, engine, outcome

    def done(self, engine: Engine, texts: Mapping[Path, bytes | None]) -> Applied | None:
        """What came of these files, if another engine has made all of them live as they are now."""
        found = [self._done.get(path) for path in texts]
        known = [one for one, text in zip(found, texts.values(), strict=True) if one is not None and one[0] == text]
        others = [outcome for _, by, outcome in known if by is not engine]
        return others[-1] if others and len(others) == len(texts) else None

    def beside(self, engine: Engine, decided: Plan) -> Beside:
        """The other apps, before a plan is carried out. Raises CannotFollow if they cannot come along."""
        others = [other for other in self._engines if other is not engine]
        if decided.lifespan is not None and any(other.host.served.current.lifespan for other in others):
            raise CannotFollow(f"{SEVERAL} and more than one has a start-up; {decided.lifespan}")

        return Beside([_Bound.of(other) for other in others] if decided.rebuild else [])


@dataclass(frozen=True, slots=True)
class _Bound:
    """An app, and what its name is bound to."""

    host: Host
    binding: Binding
    before: object

    @classmethod
    def of(cls, engine: Engine) -> _Bound:
        binding = engine.binding()
        if binding is None or engine.host.is_factory:
            raise CannotFollow(f"{SEVERAL} and not all are named: ReloadMiddleware('main:app')")
        if engine.host.served.current.lifespan is not None:
            raise CannotFollow(f"{SEVERAL} and more than one has a start-up")

        return cls(engine.host, binding, binding.value)


class Beside:
    """Apps that a plan of another engine may have made anew."""

    def __init__(self, bound: Iterable[_Bound]) -> None:
        self._bound = tuple(bound)
        self._new: list[tuple[Host, ASGIApp]] = []

    def serve(self) -> None:
        """The plan is written: see which of them are others now. Raises what `Host.serve` and `Host.verify` do."""
        for one in self._bound:
            one.host.verify()
            if (bound := one.binding.value) is not one.before:
                self._new.append((one.host, one.host.serve(bound)))

    async def take_over(self) -> None:
        """Let the new ones answer. Without a lifespan there is nothing about it that could fail."""
        for host, app in self._new:
            await host.served.replace(app, _nothing)
            host.adopted()


def _nothing() -> None:
    pass
