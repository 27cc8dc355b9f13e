"""A site of one page, as the client sees it: the document with our tag, the base as sent, the client's own modules."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

CLIENT = Path(__file__).parents[3] / "asgi_reload" / "client"
HERE = Path(__file__).parent
PREFIX = "/__reload__"
TAG = (
    '<script src="/__reload__/boot.js" data-base="/__reload__" data-client="/__reload__/client" data-token="t"'
    ' data-boot="b" data-generation="0" data-seq="0" data-page="{page}" data-transport="auto" data-status="{status}"'
    ' data-method="{method}"{nonce}></script>'
)
MAIN = """
import { createPatcher } from "./patch.js";

export async function start(config, shape) {
  window.config = config;
  window.patcher = createPatcher(config, shape);
  await window.patcher.prepare();
  window.isReady = true;
}
"""

# Not `wait_for_function`, which a strict policy of the page forbids.
READY = "new Promise((done) => { const look = () => (window.isReady ? done(null) : setTimeout(look, 5)); look(); })"


@dataclass
class Answer:
    """What the app answers at `/` from now on."""

    body: str | bytes = ""
    status: int = 200
    headers: dict[str, str] = field(default_factory=lambda: {"Content-Type": "text/html; charset=utf-8"})


@dataclass
class Site:
    """An app with one page, and a person who looks at it."""

    page: Page
    url: str = ""
    answer: Answer = field(default_factory=Answer)
    later: list[Answer] = field(default_factory=list)
    nonce: str = ""
    method: str = "GET"
    sent: bytes = b""
    sent_type: str | None = "text/html; charset=utf-8"
    main: str = MAIN
    injects: bool = True
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    files: dict[str, tuple[str, bytes]] = field(default_factory=dict)

    def show(self, document: str, *, status: int = 200, **headers: str) -> Page:
        """Load this document like any navigation, and wait until the client is ready for a patch."""
        self.serve(document, status=status, **headers)
        self.page.goto(self.url)
        self.wait()
        return self.page

    def wait(self) -> None:
        self.page.evaluate(READY)

    def serve(self, document: str, *, status: int = 200, **headers: str) -> None:
        """Save another version; the page does not know of it yet."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.answer = Answer(
            document, status, {"Content-Type": "text/html; charset=utf-8", **self.answer.headers, **named}
        )

    def save(self, document: str, *, status: int = 200, **headers: str) -> dict[str, Any]:
        """Save another version, and let the page follow."""
        self.serve(document, status=status, **headers)
        return self.patch()

    def patch(self) -> dict[str, Any]:
        step = {"type": "patch", "paths": ["index.html"], "reason": ""}
        return cast("dict[str, Any]", self.page.evaluate("step => patcher.patch(step)", step))

    def markup(self) -> str:
        return cast("str", self.page.evaluate("document.documentElement.outerHTML"))

    def respond(self, path: str, headers: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
        self.asked.append((path, headers))

        if path.startswith(f"{PREFIX}/sent/"):
            known = self.sent_type is not None and headers.get("x-asgi-reload-token") == "t"
            return (200, {"Content-Type": self.sent_type or ""}, self.sent) if known else (404, {}, b"")

        if path.startswith(f"{PREFIX}/"):
            return _module(path, self.main)

        if path in self.files:
            content_type, content = self.files[path]
            return 200, {"Content-Type": content_type}, content

        if path != "/":
            return 404, {"Content-Type": "text/plain"}, b"no such file"

        return self._document(headers)

    def _document(self, headers: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
        answer = self.later.pop(0) if self.later else self.answer
        body = answer.body.encode() if isinstance(answer.body, str) else answer.body

        if "x-asgi-reload-page" in headers:
            return answer.status, answer.headers, body

        self.sent = body

        if not self.injects:
            return answer.status, answer.headers, body

        nonce = f' nonce="{self.nonce}"' if self.nonce else ""
        tag = TAG.format(page="p1", status=answer.status, method=self.method, nonce=nonce).encode()
        return answer.status, answer.headers, body.replace(b"<head>", b"<head>" + tag, 1)


def _module(path: str, main: str) -> tuple[int, dict[str, str], bytes]:
    headers = {"Content-Type": "text/javascript; charset=utf-8"}
    name = path.removeprefix(f"{PREFIX}/").removeprefix("client/")

    if name == "main.js":
        return 200, headers, main.encode()

    if name.startswith("tests/"):
        return 200, headers, (HERE / name.removeprefix("tests/")).read_bytes()

    return 200, headers, (CLIENT / name).read_bytes()


@pytest.fixture
def site(page: Page) -> Iterator[Site]:
    site = Site(page)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            status, sent, body = site.respond(urlsplit(self.path).path, headers)
            self.send_response(status)

            for name, value in {**sent, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)

            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    site.url = f"http://127.0.0.1:{server.server_port}/"

    try:
        yield site
    finally:
        page.close()
        server.shutdown()
        server.server_close()
        thread.join()


def document(body: str, head: str = "") -> str:
    """A whole document around a body."""
    page_head = f"<head>\n<title>Test</title>{head}\n</head>"
    return f"<!doctype html>\n<html lang=en>\n{page_head}\n<body>\n{body}\n</body>\n</html>\n"


def report(title: str) -> Answer:
    """What our own middleware answers for an app that raises."""
    body = json.dumps({"title": title, "detail": "line 3", "traceback": "…"})
    return Answer(body, 500, {"Content-Type": "application/json", "X-Asgi-Reload": "failed"})
