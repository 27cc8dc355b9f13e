"""One request through an `Injection`, in-process, as a server would make it; what went out, message by message."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from asgi_reload.html.sent import Sent
from asgi_reload.html.tag import Tag
from asgi_reload.injection import Injection, InjectionContext
from asgi_reload.skips import Skips

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from asgi_reload.html.purpose import Skip

Headers = list[tuple[bytes, bytes]]

OURS = re.compile(rb"<script [^>]*data-asgi-reload[^>]*></script>")
HTML_UTF8: Headers = [(b"content-type", b"text/html; charset=utf-8")]
DOCUMENT = (
    b'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>page</title></head>\n<body>hello\n'
)

NAVIGATION: Headers = [
    (b"host", b"127.0.0.1:8000"),
    (b"accept", b"text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"),
    (b"accept-encoding", b"gzip, deflate, br, zstd"),
    (b"sec-fetch-site", b"none"),
    (b"sec-fetch-mode", b"navigate"),
    (b"sec-fetch-dest", b"document"),
]
PHONE: Headers = [(b"host", b"192.168.1.5:8000"), (b"accept", b"text/html,*/*;q=0.8")]
FETCH: Headers = [
    (b"host", b"127.0.0.1:8000"),
    (b"accept", b"*/*"),
    (b"accept-encoding", b"gzip, deflate, br, zstd"),
    (b"sec-fetch-site", b"same-origin"),
    (b"sec-fetch-mode", b"cors"),
    (b"sec-fetch-dest", b"empty"),
]
PROGRAM: Headers = [(b"host", b"127.0.0.1:8000"), (b"accept", b"*/*"), (b"user-agent", b"curl/8")]


@dataclass
class Warnings:
    """Takes what a developer would read on the terminal."""

    said: list[tuple[str, str]] = field(default_factory=list)

    def __call__(self, path: str, skip: Skip, what: str) -> None:
        Skips(lambda cause, line: self.said.append((cause, line))).note(path, skip, what)


@dataclass
class Answer:
    """All messages that reached the server."""

    messages: list[Message]
    context: InjectionContext
    warnings: list[tuple[str, str]]

    @property
    def start(self) -> Message:
        return next(m for m in self.messages if m["type"] == "http.response.start")

    @property
    def status(self) -> int:
        status: int = self.start["status"]
        return status

    @property
    def headers(self) -> Headers:
        headers: Headers = [(name.lower(), value) for name, value in self.start["headers"]]
        return headers

    def values(self, name: str) -> list[str]:
        return [value.decode("latin-1") for found, value in self.headers if found.decode() == name]

    def header(self, name: str) -> str | None:
        return next(iter(self.values(name)), None)

    @property
    def verdict(self) -> str | None:
        assert len(self.values("x-asgi-reload")) <= 1
        return self.header("x-asgi-reload")

    @property
    def chunks(self) -> list[bytes]:
        return [m.get("body", b"") for m in self.messages if m["type"] == "http.response.body"]

    @property
    def body(self) -> bytes:
        return b"".join(self.chunks)

    @property
    def tag(self) -> bytes:
        (tag,) = OURS.findall(self.body)
        assert isinstance(tag, bytes)
        return tag

    @property
    def page(self) -> str:
        """The id in the tag."""
        found = re.search(rb'data-page="([^"]*)"', self.tag)
        assert found
        return found[1].decode()

    @property
    def document(self) -> bytes:
        """The body without our tag, which is there once."""
        assert len(OURS.findall(self.body)) == 1
        return OURS.sub(b"", self.body)


def make_context(warnings: Warnings | None = None, **changed: Any) -> InjectionContext:
    parts: dict[str, Any] = {
        "tag": Tag(prefix="/__reload__", client="client/v1", token="t0ken", boot="b00t", transport="auto"),
        "sent": Sent(),
        "position": lambda: (3, 14),
        "allowed": lambda scope: None,
        "boundary": lambda app, scope: app,
        "skipped": warnings or Warnings(),
    }
    return InjectionContext(**{**parts, **changed})


def make_scope(headers: Iterable[tuple[bytes, bytes]], method: str = "GET", path: str = "/", **more: Any) -> Scope:
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "scheme": "http",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": list(headers),
        "client": ("127.0.0.1", 50000),
        "server": ("127.0.0.1", 8000),
        **more,
    }


def answering(
    *chunks: bytes, status: int = 200, headers: Iterable[tuple[bytes, bytes]] = HTML_UTF8, trailing: bool = False
) -> ASGIApp:
    """An app that sends these chunks; `trailing` as many frameworks do, with an empty message at the end."""
    bodies = [*chunks, b""] if trailing or not chunks else list(chunks)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": status, "headers": list(headers)})
        for number, chunk in enumerate(bodies, start=1):
            await send({"type": "http.response.body", "body": chunk, "more_body": number < len(bodies)})

    return app


async def ask(
    app: ASGIApp,
    headers: Iterable[tuple[bytes, bytes]] = NAVIGATION,
    *,
    context: InjectionContext | None = None,
    method: str = "GET",
    path: str = "/",
    **scope: Any,
) -> Answer:
    """The answer to one request through an injection."""
    warnings = Warnings()
    context = context or make_context(warnings)
    messages: list[Message] = []
    requests: Sequence[Message] = [{"type": "http.request", "body": b"", "more_body": False}]
    incoming = iter(requests)

    async def receive() -> Message:
        return next(incoming, {"type": "http.disconnect"})

    async def send(message: Message) -> None:
        messages.append(message)

    await Injection(app, make_scope(headers, method, path, **scope), send, context)(receive)
    return Answer(messages, context, warnings.said)
