"""Between the app's answer and the wire, for one request: decides whether the answer is a page of ours, and says so.

An `Injection` is made for each request and passes its bound `send` to the app. All that is not `text/html` goes
through after one look at its headers; for a page a `Rewrite` takes over.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from .html.csp import Blocked, Runs, permission
from .html.injector import Injector
from .html.policy import (
    CONTENT_ENCODING,
    NO_CACHE,
    NO_PAGE,
    NOT_HTML,
    PATCH,
    VERDICT,
    fields_of,
    is_html,
    judge,
    needs_revalidation,
    skipped,
    without_verdict,
)
from .html.purpose import ACCEPT, PAGE_HEADER, Purpose, Skip, as_navigation, page_id, purpose, unconditional
from .html.rewrite import DecodingRewrite, Rewrite, untouched, without_shortcuts
from .html.sent import Document
from .shape import asks_for_ours

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from .failure import Held
    from .html.policy import Inject
    from .html.purpose import Header
    from .html.sent import Sent
    from .html.tag import Tag

NAVIGATION, FETCH, REFETCH = Purpose
JSON: Final = (b"content-type", b"application/json")
CSP: Final = "its Content-Security-Policy does not let our script work"
CHANGED: Final = ("extensions", "headers")
"""What we change in the scope that the app is given."""
NOT_HTML_HEADER: Final = skipped(NOT_HTML.reason)


@dataclass(frozen=True, slots=True)
class InjectionContext:
    """What all requests share.

    `position` gives generation and seq of now; it is asked before the app renders, so that a save in between is not
    missed. `asked` is called when somebody wants a page, before the app is. `allowed` says why the sender of a request
    may not have the tag, or None; it is asked only when a page is at hand. `boundary` wraps the app for a request that
    wants a page, whatever comes of it; `held` takes an answer of status 500 to any other, if it is not to go out before
    the app has ended. `skipped` is told of a document that somebody went to and that was left alone: its path, why, and
    which Content-Encoding it came with where that is the reason.
    """

    tag: Tag
    sent: Sent
    position: Callable[[], tuple[int, int]]
    allowed: Callable[[Scope], str | None]
    boundary: Callable[[ASGIApp, Scope], ASGIApp]
    iframes: bool = False
    asked: Callable[[], None] = lambda: None
    held: Callable[[Scope, Message], Held | None] = lambda scope, start: None
    skipped: Callable[[str, Skip, str], None] = lambda path, skip, what: None


class Injection:
    """One request: `await Injection(app, scope, send, context)(receive)`.

    The way of what is no page is short on purpose, and calls little: it is every request's, the page's is rare.
    """

    __slots__ = (
        *("_app", "_context", "_fields", "_given", "_is_through", "_position", "_purpose", "_rewrite"),
        *("_root_path", "_scope", "_send", "held"),
    )

    def __init__(self, app: ASGIApp, scope: Scope, send: Send, context: InjectionContext) -> None:
        self._app = app
        self._context = context
        self._send = send
        self._scope = self._given = scope
        self._is_through = False
        self._rewrite: Rewrite | Held | None = None
        self.held: Held | None = None
        self._purpose: Purpose | Skip = ACCEPT
        self._fields = fields = dict(scope["headers"])

        # Programs say nothing of pages.
        if b"sec-fetch-dest" in fields or b"text/html" in fields.get(b"accept", b"") or PAGE_HEADER in fields:
            self._prepare(context, scope)

    def __call__(self, receive: Receive) -> Awaitable[None]:
        if type(self._purpose) is Skip:
            return self._app(self._scope, receive, self.send)

        return self._answer(receive)

    async def send(self, message: Message) -> None:
        """What the app calls to answer."""
        if self._is_through:
            await self._send(message)
        elif self._rewrite is not None:
            for instead in self._rewrite.feed(message):
                await self._send(instead)

            self._is_through = self._rewrite.is_through
            self._tell(self._rewrite.skip)
        elif message["type"] != "http.response.start":
            # Early hints and debug information come first, and stay first.
            await self._send(message)
        elif JSON in (headers := list(message.get("headers", ()))) and VERDICT not in dict(headers):
            self._is_through = True
            await self._send({**message, "headers": [*headers, NOT_HTML_HEADER]})
        elif (start := self._begin(message, headers)) is not None:
            self._is_through = True
            await self._send(start)

    async def end(self, instead: ASGIApp | None, receive: Receive) -> None:
        """The app has ended: answer in its place, or let go of what is held of its own answer."""
        held, self.held = self.held, None

        if instead is not None and not self._is_through and self._rewrite is held:
            await instead(self._given, receive, self._send)
        elif held is not None:
            for message in held.finish():
                await self._send(message)

    async def _answer(self, receive: Receive) -> None:
        try:
            await self._app(self._scope, receive, self.send)
        finally:
            if self._scope is not self._given:
                self._hand_back()

        if self._rewrite is not None:
            for message in self._rewrite.finish():
                await self._send(message)

    def _hand_back(self) -> None:
        """Put what routers wrote into our copy of the scope where middleware further out looks for it."""
        scope = self._given
        kept = {name: scope[name] for name in CHANGED if name in scope}
        scope.update(self._scope)
        scope.update(kept)

    def _prepare(self, context: InjectionContext, scope: Scope) -> None:
        self._purpose = wanted = purpose(scope["method"], self._fields, iframes=context.iframes)

        if wanted is NAVIGATION:
            self._scope = {**scope, "headers": unconditional(scope["headers"])}
        elif wanted is REFETCH:
            if (reason := context.allowed(scope)) is not None:
                self._purpose = Skip(reason)
            else:
                self._scope = {**scope, "headers": as_navigation(scope["headers"])}

        if type(wanted) is not Skip:
            context.asked()
            # A script that asks for data gets what the app itself says of a failure.
            if wanted is not FETCH or asks_for_ours(self._fields):
                self._app = context.boundary(self._app, scope)
            self._position = context.position()
            # Routers that pass a request on to a mounted app write the mount into the scope that they were given.
            self._root_path = scope.get("root_path", "")
            if self._scope is not scope and scope.get("extensions"):
                self._scope["extensions"] = without_shortcuts(scope["extensions"])

    def _begin(self, message: Message, headers: list[Header]) -> Message | None:
        """The start of what is left alone; None if a rewrite holds it back."""
        fields = fields_of(headers)
        verdict = fields.get(VERDICT)
        if message["status"] == 500 and type(self._purpose) is Skip:
            self.held = self._rewrite = self._context.held(self._scope, message)
            if self.held is not None:
                return None

        if is_html(fields) and (verdict is None or verdict.startswith(b"skipped")):
            start = {**message, "headers": headers if verdict is None else without_verdict(headers)}
            decision = self._decide(start, fields)

            if isinstance(decision, Skip):
                self._tell(decision, fields.get(b"content-encoding", b"").decode("latin-1"))
                return untouched(start, decision)

            self._rewrite = decision
            return None

        if verdict is None:
            headers.append(NOT_HTML_HEADER)

        if needs_revalidation(fields):
            headers.append(NO_CACHE)

        return {**message, "headers": headers}

    def _tell(self, skip: Skip | None, coding: str = "") -> None:
        """Only who went to a page has something to mend."""
        if skip is not None and self._purpose is NAVIGATION and skip not in NO_PAGE:
            self._context.skipped(self._given["path"], skip, coding if skip is CONTENT_ENCODING else "")

    def _decide(self, start: Message, fields: dict[bytes, bytes]) -> Rewrite | Skip:
        context, wanted = self._context, self._purpose

        if isinstance(wanted, Skip):
            return wanted

        inject = judge(start["status"], start["headers"], fields)

        if isinstance(inject, Skip):
            return inject

        if wanted is REFETCH:
            page = page_id(self._fields)
            return PATCH if page is None or start["status"] >= 500 else self._rewritten(start, inject, page, b"")

        if (reason := context.allowed(self._scope)) is not None:
            return Skip(reason)

        nonce = None

        if inject.policies:
            runs = self._permission(inject)
            if isinstance(runs, Blocked):
                return Skip("csp", f"{CSP}; {runs.remedy}")

            nonce = runs.nonce

        page, status = context.sent.new_page(), start["status"]
        tag = context.tag.render(page, status, self._scope["method"], self._position, self._root_path, nonce)
        return self._rewritten(start, inject, page, tag)

    def _permission(self, inject: Inject) -> Runs | Blocked:
        host = self._fields.get(b"host", b"").decode("latin-1")
        return permission(inject.policies, scheme=self._scope.get("scheme", "http"), host=host)

    def _rewritten(self, start: Message, inject: Inject, page: str, tag: bytes) -> Rewrite:
        injector = Injector(tag, strict=self._purpose is FETCH)
        document = Document(page, inject.charset or "utf-8")
        kind = Rewrite if inject.coding is None else DecodingRewrite
        return kind(start, inject, injector, document, self._context.sent)
