"""The engine that makes Python edits live in the process it runs in: look, plan, write, and undo what does not hold.

It knows the server's side only as a `Host`. One save at a time; what fails stays pending, and is tried again with the
next save against the text that was last applied.
"""

from __future__ import annotations

import logging
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

import anyio

from ..report import report
from .build import EngineOptions
from .caches import forget_lines, forget_templates
from .digest import InertNames
from .follow import CannotFollow
from .graph import Graph, Name
from .host import find_binding
from .keeping import KEEPER, dispose
from .lifespans import StartFailed
from .living import Glimpse, Living, project_modules
from .noticing import Noticing
from .outcome import Applied, Failed, Refused
from .plan import Facts, plan
from .reading import extension, read
from .transaction import OwnerFound, Transaction

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ..changes import Batch
    from ..report import Report
    from .host import Binding, Host
    from .keeping import Keeper
    from .lifespans import ASGIApp
    from .outcome import Outcome
    from .plan import Plan
    from .source import Source

logger = logging.getLogger("asgi_reload")

MAX_ATTEMPTS: Final = 6
MAX_IMPORTING_S: Final = 5.0
IMPORTING_STEP_S: Final = 0.005
REMEDY: Final = "bind the app at the top of a module: app = ReloadMiddleware(app)"
ONLY_TWICE: Final = ("already", "duplicate", "redefin", "in registry", "exists")


class InProcess:
    """Applies saves to the modules under `roots`, and adopts the app that comes of it."""

    def __init__(
        self, roots: Sequence[Path], host: Host, keeper: Keeper = KEEPER, options: EngineOptions | None = None
    ) -> None:
        self._options = options or EngineOptions()
        self._roots = [Path(root).resolve() for root in roots]
        self._host = host
        self._keeper = keeper
        self._living = Living()
        self._glimpses: list[Glimpse] = []
        self._seen: set[str] = set()
        self._pending: dict[Path, None] = {}
        self._lock = anyio.Lock()
        self._noticing = Noticing(self._roots)
        host.served.on_starting = self.look
        host.served.on_started = self.look_again

    # looking

    def look(self) -> None:
        """See what the project's modules are and what ran in them, when all is imported and nothing has started."""
        self._noticing.open()
        unseen = [name for name in list(sys.modules) if name not in self._seen and not self._is_ours(name)]
        self._seen.update(unseen)
        if fresh := project_modules(self._roots, unseen):
            self._glimpses.append(Glimpse.of(fresh, self._noticing.found))

    def look_again(self) -> None:
        """See what start-up ran: to be called when it is complete, before the first request."""
        for glimpse in self._glimpses:
            glimpse.again()

        self.look()

    def close(self) -> None:
        """Take back what was put into the interpreter's tables."""
        self._noticing.close()

    def _is_own(self, module: str) -> bool:
        """Is it one of the project's?"""
        return not self._is_ours(module) and bool(project_modules(self._roots, [module]))

    def _is_ours(self, module: str) -> bool:
        return module.partition(".")[0] == __name__.partition(".")[0]

    async def prepare(self) -> None:
        """Read the project in a thread, so that the first save finds it read. To be called when the server is up."""
        async with self._lock:
            await anyio.to_thread.run_sync(self._prepare)

    def _prepare(self) -> None:
        self._take_glimpses(())
        self._living.graph = graph = Graph(dict(self._living.sources))
        graph.warm_up()

    def _take_glimpses(self, changed: Iterable[Path]) -> None:
        known = list(self._glimpses)
        self.look()
        for glimpse in self._glimpses:
            self._living.take(glimpse)
            if not any(glimpse is other for other in known):
                # Imported since we last looked, and saved since: what it runs is not what the file says now.
                unnoticed = glimpse.files.keys() - self._noticing.found.keys()
                files = {Path(glimpse.files[module]).resolve(): module for module in unnoticed}
                self._living.untold.update(files[path] for path in changed if path in files)
        self._glimpses.clear()

    # applying

    async def apply(self, batch: Batch) -> Outcome:
        """Make a batch of changes live. Raises nothing but cancellation; what went wrong is the answer."""
        async with self._lock:
            self._pending.update(dict.fromkeys(change.path for change in batch))
            outcome = await self._apply_pending()
            if isinstance(outcome, Applied):
                self._pending.clear()

            self._tell(outcome)
            return outcome

    async def _apply_pending(self) -> Outcome:
        began = time.perf_counter()
        paths = list(self._pending)
        self._take_glimpses(path.resolve() for path in paths)
        forget_lines(str(path) for path in paths)
        if any(path.suffix != ".py" for path in paths):
            forget_templates()
        if reason := extension(paths):
            return Refused(reason)

        try:
            new = read(paths, self._living.sources)
        except SyntaxError as error:
            return Failed(self._report(error))

        return await self._attempt(new, self._files(paths), began)

    async def _attempt(self, new: dict[str, Source | None], files: frozenset[str], began: float) -> Outcome:
        owners: frozenset[Name] = frozenset()
        first: BaseException | None = None

        for _ in range(MAX_ATTEMPTS):
            decided = plan(self._living.sources, new, self._facts(owners, files), self._living.graph)
            planned = time.perf_counter()
            if decided.refused is not None:
                return Refused(decided.refused) if first is None else self._blame(first)
            try:
                return await self._carry_out(decided, new, began, planned)
            except OwnerFound as found:
                if found.names <= owners:
                    return Refused(f"{min(found.names)} is written into by modules that are executed anew")
                owners |= found.names
            except CannotFollow as error:
                return Refused(str(error))
            except StartFailed as error:
                return Failed(self._report(error.__cause__ or error))
            except _CodeFailed as failed:
                first = first or failed.error
                wider = failed.owners - owners
                if not wider or not _may_be_twice(failed.error):
                    return self._blame(first)
                # Something kept may not stand being filled twice: try with all that these modules write into.
                owners |= wider

        return Refused("the modules write into each other without end")

    async def _carry_out(
        self, decided: Plan, new: Mapping[str, Source | None], began: float, planned: float
    ) -> Applied:
        served = self._host.served
        binding = self._binding()
        before = None if binding is None or decided.entry is not None else binding.value
        transaction = Transaction(self._living, decided, new, self._keeper, self._options, self._is_own)

        if binding is None and decided.rebuild:
            raise CannotFollow(f"the app is not bound in any module that was found; {REMEDY}")
        if decided.rung == "nothing":
            transaction.write()
            self._living = transaction.commit()
            return Applied("nothing", ms=_stages(began, planned, time.perf_counter()))

        async with served.holding():
            await self._imported()
            app = self._written(transaction, binding, before)
            try:
                await self._start(transaction, app, decided)
            except BaseException:
                transaction.rollback()
                if app is None:
                    with anyio.CancelScope(shield=True):
                        await served.start_again()
                raise
            self._living = transaction.commit()
            self._seen.difference_update(decided.gone)  # whoever comes back is looked at again

        ms = _stages(began, planned, time.perf_counter())
        return Applied(
            decided.rung, decided.rebuild, decided.reason, decided.lifespan is not None or app is not None, ms
        )

    async def _imported(self) -> None:
        """Wait, ≤ 5 s, until no other thread is in the middle of importing a module of the project."""
        with anyio.move_on_after(MAX_IMPORTING_S):
            # The import system has locks and no events; nobody but it knows when an import has ended.
            while any(_is_being_imported(sys.modules.get(name)) for name in self._living.sources):  # noqa: ASYNC110
                await anyio.sleep(IMPORTING_STEP_S)

    def _written(self, transaction: Transaction, binding: Binding | None, before: object) -> ASGIApp | None:
        try:
            transaction.write()
            return self._new_app(binding, before)
        except (OwnerFound, CannotFollow):
            transaction.rollback()
            raise
        except BaseException as error:
            owners = transaction.possible_owners()
            transaction.rollback()
            raise _CodeFailed(error, owners) from error

    async def _start(self, transaction: Transaction, app: ASGIApp | None, decided: Plan) -> None:
        served = self._host.served
        with transaction.recording_start():
            if app is not None:
                await dispose(transaction.disposers)
                await served.replace(app, transaction.retired(), overlap=self._options.overlap)
            elif decided.lifespan is not None:
                await served.repeat_start()
        if app is None:
            await dispose(transaction.disposers)
            if transaction.has_replaced:
                served.leave(transaction.retired())

    # the app

    def _entry(self) -> Name | None:
        binding = self._binding() if self._host.is_factory else None
        return None if binding is None else Name(binding.module, binding.attribute)

    def _binding(self) -> Binding | None:
        return find_binding(self._host, self._living.order)

    def _new_app(self, binding: Binding | None, before: object) -> ASGIApp | None:
        bound = before if binding is None else binding.value
        return None if bound is before else self._host.serve(bound)

    # facts

    def _files(self, paths: Iterable[Path]) -> frozenset[str]:
        return frozenset(path.name for path in paths if path.suffix != ".py")

    def _facts(self, owners: frozenset[Name], files: frozenset[str]) -> Facts:
        living = self._living
        return Facts(
            ran=frozenset(living.ran),
            started=frozenset(living.started),
            unknown=frozenset(living.unknown),
            owners=owners,
            inert=InertNames(),
            declined=frozenset(self._keeper.declined),
            untold=frozenset(living.untold),
            files=files,
            entry=self._entry(),
        )

    # telling

    def _blame(self, error: BaseException) -> Outcome:
        failure = self._report(error)
        if _may_be_twice(error) and not _is_own(error, self._roots):
            return Refused(
                f"{failure.title} (raised on executing the module a second time; if the file is fine, restart)"
            )
        return Failed(failure)

    def _report(self, error: BaseException) -> Report:
        return report(error, self._roots[0] if self._roots else Path.cwd())

    def _tell(self, outcome: Outcome) -> None:
        match outcome:
            case Applied(rung="nothing"):
                logger.debug("nothing to do: the code is the same")
            case Applied():
                modules = ", ".join(outcome.modules) or "in place"
                logger.info("%s: %s (%s), %.0f ms", outcome.rung, modules, outcome.reason, sum(outcome.ms.values()))
            case Refused():
                logger.warning("restart needed: %s", outcome.reason)
            case Failed():
                logger.error("not applied, the last good version serves on\n%s", outcome.report.traceback)


def _is_being_imported(module: object) -> bool:
    return bool(getattr(getattr(module, "__spec__", None), "_initializing", False))


class _CodeFailed(Exception):
    """The user's code raised while it was executed anew."""

    def __init__(self, error: BaseException, owners: frozenset[Name]) -> None:
        super().__init__(str(error))
        self.error = error
        self.owners = owners


def _may_be_twice(error: BaseException) -> bool:
    text = f"{type(error).__name__} {error}".lower()
    return any(sign in text for sign in ONLY_TWICE)


def _is_own(error: BaseException, roots: Iterable[Path]) -> bool:
    """Was it raised by the project's own line, and not by a library that it called?"""
    last = error.__traceback__
    while last is not None and last.tb_next is not None:
        last = last.tb_next

    file = Path(last.tb_frame.f_code.co_filename) if last is not None else Path()
    return any(file.is_relative_to(root) for root in roots) and "site-packages" not in file.parts


def _stages(began: float, planned: float, done: float) -> dict[str, float]:
    return {"plan": (planned - began) * 1000, "write": (done - planned) * 1000}
