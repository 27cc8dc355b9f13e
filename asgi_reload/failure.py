"""An app that raises still answers with a page that heals itself: what failed, and the next good save shows it mended.

Only for requests of a developer's own page; everybody else gets what the app itself answers. An answer of the app's
own (a debug page, a handler's) is kept if it is HTML.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Final

from starlette.responses import HTMLResponse, JSONResponse

from .errors import Reported, WorkerGone
from .html.failure_page import failure_page
from .html.policy import VERDICT, fields_of, is_html
from .html.purpose import PAGE_HEADER
from .report import report

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from starlette.responses import Response
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from .editor import Editor
    from .report import Report

MAX_HELD: Final = 64 * 1024
"""Bytes of a plain 500 that are held back until the app has raised or returned."""
MESSAGE_COST: Final = 64
"""What a message takes beside its bytes, about; so that the bound holds for empty ones too."""


class FailureBoundary:
    """Runs the app for one request and answers in its place if it raises before it has answered.

    `is_developer` is asked only when something has failed: nobody else is shown what.
    """

    __slots__ = ("_app", "_editor", "_held", "_held_size", "_is_developer", "_project", "_scope", "_send", "_started")

    def __init__(
        self, app: ASGIApp, project: Path, is_developer: Callable[[], bool], editor: Editor | None = None
    ) -> None:
        self._app = app
        self._editor = editor
        self._project = project
        self._is_developer = is_developer
        self._started = False
        self._held: list[Message] = []
        self._held_size = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._scope, self._send = scope, send
        try:
            await self._app(scope, receive, self._hold)
        except Exception as error:
            if not self._started and self._is_developer():
                self._started = True
                status = error.status if isinstance(error, Reported | WorkerGone) else 500
                failure = report(error, self._project)
                await failure_response(scope, failure, status, self._editor)(scope, receive, send)
            else:
                await self._release()
            raise
        if self._held:
            await self._release()

    async def _hold(self, message: Message) -> None:
        # Frameworks answer "Internal Server Error" first and raise afterwards.
        if not self._started and (self._held or self._is_ours(message)):
            self._held.append(message)
            self._held_size += len(message.get("body", b"")) + MESSAGE_COST
            if self._held_size > MAX_HELD:
                await self._release()
            return

        self._started = True
        await self._send(message)

    def _is_ours(self, message: Message) -> bool:
        if message["type"] != "http.response.start" or message["status"] != 500 or not self._is_developer():
            return False

        # A debug page is better than ours on the screen, and of no use to a patch.
        return is_patch_request(self._scope) or not is_html(fields_of(message.get("headers", ())))

    async def _release(self) -> None:
        self._started = True
        held, self._held = self._held, []

        for message in held:
            await self._send(message)


def is_patch_request(scope: Scope) -> bool:
    """Does an open page ask for its own URL, to merge what has changed?"""
    return any(name == PAGE_HEADER for name, _ in scope["headers"])


def failure_response(scope: Scope, failure: Report, status: int = 500, editor: Editor | None = None) -> Response:
    """JSON for a page that asks for its patch, else a page of its own."""
    if is_patch_request(scope):
        return JSONResponse(
            failure.described(editor), status, {VERDICT.decode("ascii"): "failed", "cache-control": "no-store"}
        )

    nonce = secrets.token_urlsafe(16)
    policy = f"default-src 'none'; script-src 'self'; connect-src 'self'; worker-src 'self'; style-src 'nonce-{nonce}'"
    return HTMLResponse(failure_page(failure, nonce, editor), status, {"content-security-policy": policy})
