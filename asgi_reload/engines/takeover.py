"""What a plan has written takes over: the new app answers, start-up is repeated. Or all of it is taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import anyio

from ..errors import CannotAdopt
from .blame import CodeFailed
from .follow import CannotFollow
from .keeping import dispose
from .transaction import OwnerFound

if TYPE_CHECKING:
    from .host import Binding, Host
    from .lifespans import ASGIApp
    from .neighbours import Beside
    from .plan import Plan
    from .transaction import Transaction


class Takeover:
    """binding: where the app is bound, None if that is not known. beside: the other apps of this process."""

    def __init__(self, host: Host, binding: Binding | None, decided: Plan, beside: Beside) -> None:
        self._host = host
        self._binding = binding
        self._decided = decided
        self._beside = beside
        self._before = None if binding is None or decided.entry is not None else binding.value

    async def run(self, transaction: Transaction, *, overlap: bool) -> ASGIApp | None:
        """Write, start, and answer from the new app, which is returned if there is one.

        overlap: the new one starts before the old one stops. Raises what writing and starting raise; then nothing has
        changed.
        """
        decided, binding = self._decided, self._binding
        is_replaced = decided.entry is not None or (binding is not None and binding.module in decided.rebuild)
        try:
            if decided.lifespan is not None and not is_replaced:
                await self._host.served.stop()  # while the names that it uses mean what they meant when it began
            app = self._written(transaction)
            await self._start(transaction, app, overlap=overlap)
            await self._beside.take_over()
            return app
        except BaseException:
            transaction.rollback()
            with anyio.CancelScope(shield=True):
                await self._host.served.start_again()
            raise

    def _written(self, transaction: Transaction) -> ASGIApp | None:
        try:
            transaction.write()
            self._host.verify()
            self._beside.serve()
            bound = self._before if self._binding is None else self._binding.value
            return None if bound is self._before else self._host.serve(bound)
        except (OwnerFound, CannotFollow, CannotAdopt):
            raise
        except BaseException as error:
            raise CodeFailed(error, transaction.possible_owners()) from error

    async def _start(self, transaction: Transaction, app: ASGIApp | None, *, overlap: bool) -> None:
        served = self._host.served
        with transaction.recording_start():
            if app is not None:
                await dispose(transaction.disposers)
                at_once = overlap and self._decided.shared is None
                await served.replace(app, transaction.retired(), overlap=at_once)
            elif self._decided.lifespan is not None:
                await served.repeat_start()
        if app is None:
            await dispose(transaction.disposers)
            if transaction.has_replaced:
                served.leave(transaction.retired())
