"""An app that raises still answers its developer: with a page that heals itself, with JSON, or with a traceback.

Only the developer, at his own machine; everybody else gets what the app itself answers. An answer of the app's own (a
debug page, a handler's JSON) is kept if it is of the kind that was asked for.
"""

from __future__ import annotations

import secrets
from functools import partial
from typing import TYPE_CHECKING, Final, cast

from starlette.requests import ClientDisconnect
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse
from starlette.websockets import WebSocketDisconnect

from .errors import NoWorker, Reported, WorkerGone
from .folding import folded
from .html.failure_page import failure_page
from .html.policy import VERDICT, fields_of
from .printable import printable
from .report import report
from .shape import is_meant, page_shape, program_shape

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from starlette.responses import Response
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from .editor import Editor
    from .html.purpose import Skip
    from .problems import Problems
    from .report import Report
    from .shape import Shape

MAX_HELD: Final = 64 * 1024
"""Bytes of a plain 500 that are held back until the app has raised or returned."""
MESSAGE_COST: Final = 64
"""What a message takes beside its bytes, about; so that the bound holds for empty ones too."""
REPORT: Final = "asgi_reload.report"
"""The key in a scope of what its request failed with."""
PARTED: Final = (ClientDisconnect, WebSocketDisconnect)
"""What an app raises when it hears that its client has gone; few catch it, and nothing is wrong."""
PARTED_WORDS: Final = frozenset(f"{kind.__module__}.{kind.__qualname__}" for kind in PARTED)
"""The same, as another process tells it."""


class Failures:
    """What the app fails at when it is asked: noted among the problems, and answered in its place.

    project: what paths are told relative to. is_developer: asked only when something has failed; nobody else is told.
    """

    def __init__(
        self,
        problems: Problems,
        project: Callable[[], Path],
        is_developer: Callable[[Scope], bool],
        editor: Editor,
    ) -> None:
        self._problems = problems
        self._project = project
        self._is_developer = is_developer
        self._editor = editor

    def note(self, scope: Scope, error: Exception) -> bool:
        """The app has failed: is there something new to be read? That nobody is there to answer is not its failure, nor
        that the client has gone."""
        if _is_parting(error):
            if scope["type"] == "websocket":  # as conversations end
                self.heal(scope)
            return False
        if isinstance(error, NoWorker | WorkerGone) or not self._is_developer(scope):
            return False

        where = _asked(scope)
        self._problems.add(where, "request", self._told(scope, error), printable(where))
        return True

    def heal(self, scope: Scope) -> None:
        """The app has answered."""
        self._problems.clear(_asked(scope))

    def boundary(self, app: ASGIApp, scope: Scope) -> ASGIApp:
        """The app, for a request that one of our pages may answer."""
        return FailureBoundary(app, partial(self._told, scope), partial(self._is_developer, scope), self._editor)

    def held(self, scope: Scope, start: Message) -> Held | None:
        """What holds back the answer to any other request, if ours is better should the app raise."""
        shape = program_shape(dict(scope["headers"]))
        if shape is None or is_meant(shape, _content_type(start)) or not self._is_developer(scope):
            return None

        return Held(start)

    def instead(self, scope: Scope, error: Exception) -> Response | None:
        """Our answer to such a request; None if the app's own is to be given."""
        shape = program_shape(dict(scope["headers"]))
        if shape is None or not self._is_developer(scope):
            return None

        return failure_response(self._told(scope, error), shape, _status(error), self._editor)

    def _told(self, scope: Scope, error: Exception) -> Report:
        """What the request failed with; made once, however many ask."""
        if REPORT not in scope:
            scope[REPORT] = report(error, self._project())

        return cast("Report", scope[REPORT])


class Held:
    """An answer that frameworks give before they raise: kept back, within bounds, until that is known."""

    __slots__ = ("_messages", "_size", "is_through", "skip")

    def __init__(self, start: Message) -> None:
        self.is_through = False
        self.skip: Skip | None = None
        self._messages = [start]
        self._size = MESSAGE_COST

    def feed(self, message: Message) -> list[Message]:
        """What is to be sent now."""
        self._messages.append(message)
        self._size += len(message.get("body", b"")) + MESSAGE_COST
        self.is_through = self._size > MAX_HELD
        return self.finish() if self.is_through else []

    def finish(self) -> list[Message]:
        """All that is held."""
        messages, self._messages = self._messages, []
        return messages


class FailureBoundary:
    """Runs the app for one request and answers in its place if it raises before it has answered.

    `is_developer` is asked only when something has failed: nobody else is shown what.
    """

    __slots__ = ("_app", "_editor", "_held", "_is_developer", "_scope", "_send", "_started", "_told")

    def __init__(
        self, app: ASGIApp, told: Callable[[Exception], Report], is_developer: Callable[[], bool], editor: Editor
    ) -> None:
        self._app = app
        self._told = told
        self._is_developer = is_developer
        self._editor = editor
        self._started = False
        self._held: Held | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._scope, self._send = scope, send
        try:
            await self._app(scope, receive, self._hold)
        except Exception as error:
            if not self._started and self._is_developer():
                self._started = True
                shape = page_shape(dict(scope["headers"]))
                response = failure_response(self._told(error), shape, _status(error), self._editor)
                await response(scope, receive, send)
            else:
                await self._release()
            raise
        await self._release()

    async def _hold(self, message: Message) -> None:
        if self._started:
            await self._send(message)
        elif self._held is not None:
            for held in self._held.feed(message):
                await self._send(held)
            self._started = self._held.is_through
        elif self._is_ours(message):
            self._held = Held(message)
        else:
            self._started = True
            await self._send(message)

    def _is_ours(self, message: Message) -> bool:
        if message["type"] != "http.response.start" or message["status"] != 500 or not self._is_developer():
            return False

        # A debug page is better than ours on the screen, and of no use to a patch.
        return not is_meant(page_shape(dict(self._scope["headers"])), _content_type(message))

    async def _release(self) -> None:
        self._started = True

        for message in self._held.finish() if self._held is not None else ():
            await self._send(message)


def failure_response(failure: Report, shape: Shape, status: int, editor: Editor) -> Response:
    """The failure in that shape."""
    match shape:
        case "patch" | "json":
            headers = {VERDICT.decode("ascii"): "failed", "cache-control": "no-store"}
            return JSONResponse(failure.described(editor), status, headers)
        case "text":
            text = folded(failure.traceback) or f"{failure.title}\n{failure.detail}".rstrip()
            return PlainTextResponse(f"{text}\n", status, {"cache-control": "no-store"})
        case "page":
            return _page(failure, status, editor)


def _page(failure: Report, status: int, editor: Editor) -> Response:
    nonce = secrets.token_urlsafe(16)
    policy = f"default-src 'none'; script-src 'self'; connect-src 'self'; worker-src 'self'; style-src 'nonce-{nonce}'"
    headers = {"content-security-policy": f"{policy}; frame-ancestors 'self'", "cache-control": "no-store"}
    return HTMLResponse(failure_page(failure, nonce, editor), status, headers)


def _is_parting(error: Exception) -> bool:
    if isinstance(error, Reported):
        return error.report.title.partition(":")[0] in PARTED_WORDS

    return isinstance(error, PARTED)


def _asked(scope: Scope) -> str:
    return f"{scope.get('method', 'WEBSOCKET')} {scope['path']}"


def _content_type(start: Message) -> bytes:
    return fields_of(start.get("headers", ())).get(b"content-type", b"")


def _status(error: Exception) -> int:
    return error.status if isinstance(error, Reported | WorkerGone) else 500
