"""The engine that makes Python edits live in the process it runs in: look, plan, write, and undo what does not hold.

It knows the server's side only as a `Host`. One save at a time; what fails stays pending, and is tried again with the
next save against the text that was last applied.
"""

from __future__ import annotations

import logging
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from anyio.lowlevel import checkpoint

from ..errors import CannotAdopt
from ..outcome import Applied, Failed, Refused
from ..report import report
from .blame import CodeFailed, blame, may_be_twice
from .build import EngineOptions
from .caches import forget_lines, forget_templates
from .follow import CannotFollow
from .host import find_binding
from .keeping import KEEPER
from .lifespans import StartFailed
from .living import PYTHON
from .names import Name
from .neighbours import Neighbours
from .observer import Observer
from .pending import Pending
from .plan import plan
from .reading import extension, read, written
from .scan import undisturbed
from .takeover import Takeover
from .transaction import OwnerFound, Transaction

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ..changes import Batch, Change
    from ..outcome import Outcome
    from .facts import Facts
    from .host import Binding, Host
    from .keeping import Keeper
    from .living import Living
    from .neighbours import Engine
    from .plan import Plan
    from .source import Source

logger = logging.getLogger("asgi_reload")

MAX_ATTEMPTS: Final = 6
REMEDY: Final = "wrap it outermost, app = ReloadMiddleware(app), or name it: ReloadMiddleware('main:app')"


class InProcess:
    """Applies saves to the modules under `roots`, and adopts the app that comes of it.

    neighbours: the engines of other apps in this process and loop, which run modules under the same roots.
    """

    def __init__(
        self,
        roots: Sequence[Path],
        host: Host,
        keeper: Keeper = KEEPER,
        options: EngineOptions | None = None,
        neighbours: Neighbours | None = None,
    ) -> None:
        self._options = options or EngineOptions()
        self._roots = [Path(root).resolve() for root in roots]
        self.host = host
        self._keeper = keeper
        self._neighbours = neighbours or Neighbours(Observer(self._roots, self._options.since))
        self._neighbours.join(self)
        self._observer = self._neighbours.observer
        self._pending = Pending()
        self._bound: Binding | None = None
        self.look, self.look_again = self._observer.look, self._observer.look_again
        self.files, self.names, self.close = self._observer.files, self._observer.names, self._observer.close
        host.served.on_starting = self.look
        host.served.on_started = self.look_again

    async def prepare(self) -> Sequence[str]:
        """Read the project in a thread, so that the first save finds it read; which files were saved before that?"""
        await self.host.served.until_started()
        async with self._neighbours.lock:
            return await self._observer.read_aside()

    def concerns(self, batch: Batch) -> tuple[Change, ...]:
        """The changes that may come to more than new pages: code, and files that import or start-up has read."""
        return tuple(change for change in batch if self._observer.matters(change.path))

    def refresh(self, batch: Batch) -> None:
        """Let libraries read these files again, whatever becomes of them."""
        if any(change.suffix != PYTHON for change in batch):
            forget_templates()

    async def apply(self, changes: Iterable[Change]) -> Outcome:
        """Make changes live. Raises nothing but cancellation; what went wrong is the answer.

        Requests that come meanwhile wait, and are answered by the new version.
        """
        served = self.host.served
        async with served.gate.holding(), self._neighbours.turn():
            await served.until_started()
            return await self._neighbours.carrier(self).carry_out(changes, self)

    async def carry_out(self, changes: Iterable[Change], asked_by: Engine) -> Outcome:
        """The same, where it is this engine's turn already, for whoever has heard of the changes."""
        self._pending.add(changes)
        saved = self._pending.saved()
        try:
            outcome = self._neighbours.done(asked_by, saved) or await self._apply_pending()
        except Exception as error:
            logger.exception("the engine itself failed")
            return Refused(f"the engine itself failed, {type(error).__name__}: {error}")

        if isinstance(outcome, Applied):
            self._neighbours.note(asked_by, saved, outcome)
            self._pending.clear()
            self._observer.note_files()
        return outcome

    async def _apply_pending(self) -> Outcome:
        began = time.perf_counter()
        paths = list(self._pending.kinds)
        forget_lines(map(str, paths))
        self._observer.take(path.resolve() for path in paths)
        await written(paths, self._living.sources)
        if reason := extension(paths):
            return Refused(reason)
        if (refused := self._pending.refused) is not None:
            return refused

        try:
            new = read(self._pending.kinds, self._living.sources)
        except (SyntaxError, OSError) as error:
            return Failed(report(error.with_traceback(None), self._roots[0]))

        return await self._attempt(new, frozenset(path.name for path in paths if path.suffix != PYTHON), began)

    async def _attempt(self, new: dict[str, Source | None], files: frozenset[str], began: float) -> Outcome:
        owners: frozenset[Name] = frozenset()
        first: BaseException | None = None

        for _ in range(MAX_ATTEMPTS):
            decided = plan(self._living.sources, new, self._facts(owners, files), self._living.graph)
            planned = time.perf_counter()
            if (rung := decided.rung) == "refused":
                return Refused(decided.reason) if first is None else blame(first, self._roots)
            try:
                has_started = await self._write(decided, new)
                return Applied(rung, decided.rebuild, decided.why, has_started, _stages(began, planned))
            except OwnerFound as found:
                if found.names <= owners:
                    return Refused(f"{min(found.names)} is written into by modules that are executed anew")
                owners |= found.names
            except (CannotFollow, CannotAdopt) as error:
                return self._pending.refuse(str(error))
            except StartFailed as error:
                return Failed(report(error.__cause__ or error, self._roots[0]))
            except CodeFailed as failed:
                first = first or failed.error
                wider = failed.owners - owners
                if not wider or not may_be_twice(failed.error):
                    return blame(first, self._roots)
                # Something kept may not stand being filled twice: try with all that these modules write into.
                owners |= wider

        return Refused("the modules write into each other without end")

    async def _write(self, decided: Plan, new: Mapping[str, Source | None]) -> bool:
        """Write the plan and let it take over; did a lifespan have to start?"""
        binding = self.binding()
        if binding is None and decided.rebuild:
            raise CannotFollow(f"what the server calls is not bound in any module that was found; {REMEDY}")
        takeover = Takeover(self.host, binding, decided, self._neighbours.beside(self, decided))
        transaction = Transaction(self._living, decided, new, self._keeper, self._options, self._observer.is_own)

        with undisturbed():
            await checkpoint()
            if decided.rung != "nothing":
                await self._neighbours.settled()
                await self._observer.imports_ended()
            app = await takeover.run(transaction, overlap=self._options.overlap)

        self._observer.living = transaction.commit()
        self._observer.forget(decided.gone)
        if app is not None and binding is not None:
            self.host.adopted()

        has_lifespan = self.host.served.current.lifespan is not None
        return has_lifespan and (decided.lifespan is not None or app is not None)

    # facts

    @property
    def _living(self) -> Living:
        return self._observer.living

    @property
    def is_alone(self) -> bool:
        """Is there no other app in this process that runs these modules?"""
        return self._neighbours.is_alone

    def binding(self) -> Binding | None:
        if self._bound is None or self._bound.module not in sys.modules:
            self._bound = find_binding(self.host, self._living.order)

        return self._bound

    def _entry(self) -> Name | None:
        binding = self.binding() if self.host.is_factory else None
        return None if binding is None else Name(binding.module, binding.attribute)

    def _facts(self, owners: frozenset[Name], files: frozenset[str]) -> Facts:
        declined = frozenset(self._keeper.declined)
        return replace(self._observer.facts(), owners=owners, declined=declined, files=files, entry=self._entry())


def _stages(began: float, planned: float) -> dict[str, float]:
    """ms of planning, and from then until now."""
    return {"plan": (planned - began) * 1000, "write": (time.perf_counter() - planned) * 1000}
