"""A page without a browser: asks for a document, reads our tag, connects as the client does, and listens."""

from __future__ import annotations

import json
import threading
import time
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.client import HTTPConnection, HTTPException, HTTPResponse
from queue import Empty, Queue
from socket import SHUT_RDWR
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlencode

import httpx
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect
from websockets.typing import Origin, Subprotocol

if TYPE_CHECKING:
    from collections.abc import Iterator

HTML = {"accept": "text/html,application/xhtml+xml", "sec-fetch-dest": "document", "sec-fetch-mode": "navigate"}
DEADLINE = 15.0


class _Tag(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[dict[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "script" and "data-asgi-reload" in dict(attrs):
            self.found.append(dict(attrs))


def config_of(html: str) -> dict[str, str]:
    """What our tag in this document says; an error if it is not there exactly once."""
    parser = _Tag()
    parser.feed(html)
    (tag,) = parser.found
    return {name.removeprefix("data-"): value or "" for name, value in tag.items() if name != "data-asgi-reload"}


@dataclass
class Listener:
    """Messages as they come in; None when the line has ended."""

    config: dict[str, str]
    messages: Queue[dict[str, Any] | None] = field(default_factory=Queue)
    problem: str = ""
    line: Line | None = None

    def say(self, **message: Any) -> None:
        """Say something as this page, over a WebSocket."""
        assert isinstance(self.line, _Socket), "an event stream is for listening"
        self.line.send(json.dumps({"page": self.config["page"], **message}))

    def next(self, *types: str, within: float = DEADLINE) -> dict[str, Any]:
        """The next message of one of these types (any, if none is named); others are passed over."""
        deadline = time.monotonic() + within
        seen: list[str] = []

        while True:
            try:
                message = self.messages.get(timeout=max(0.0, deadline - time.monotonic()))
            except Empty:
                raise AssertionError(f"no {types or 'message'} within {within} s; seen: {seen}") from None
            if message is None:
                raise AssertionError(f"the line ended ({self.problem}); seen: {seen}")
            if not types or message["type"] in types:
                return message
            seen.append(message["type"])

    def ends(self, within: float = DEADLINE) -> None:
        """Wait until the server has ended the line."""
        deadline = time.monotonic() + within
        while self.messages.get(timeout=max(0.01, deadline - time.monotonic())) is not None:
            pass


def visit(url: str, path: str = "/") -> httpx.Response:
    return httpx.get(url + path, headers=HTML, timeout=DEADLINE)


@contextmanager
def listening(url: str, path: str = "/", *, transport: str = "sse") -> Iterator[Listener]:
    """Visit a page and listen as it would; the line is closed when the block ends."""
    listener = Listener(config_of(visit(url, path).text))
    line = (_open_events if transport == "sse" else _open_socket)(url, listener.config)
    listener.line = line
    reader = threading.Thread(target=_read, args=(line, listener), daemon=True)
    reader.start()
    try:
        yield listener
    finally:
        line.close()
        reader.join(DEADLINE)


def _read(line: Line, listener: Listener) -> None:
    try:
        for text in line:
            listener.messages.put(json.loads(text))
    except (ConnectionClosed, HTTPException, OSError, ValueError, AttributeError) as error:
        listener.problem = f"{type(error).__name__}: {error}"
    finally:
        listener.messages.put(None)


class Line(Protocol):
    """The JSON of one message after another, until either side closes."""

    def __iter__(self) -> Iterator[str | bytes]: ...
    def close(self) -> None: ...


class _Events:
    def __init__(self, connection: HTTPConnection, response: HTTPResponse) -> None:
        self._connection = connection
        self._socket = connection.sock
        self._response = response

    def __iter__(self) -> Iterator[str | bytes]:
        while line := self._response.readline():
            if line.startswith(b"data:"):
                yield line[5:]

    def close(self) -> None:
        with suppress(OSError):
            self._socket.shutdown(SHUT_RDWR)
        self._connection.close()


class _Socket:
    def __init__(self, address: str, protocols: list[Subprotocol], origin: str) -> None:
        self._stack = ExitStack()
        opening = connect(address, subprotocols=protocols, origin=Origin(origin), close_timeout=1)
        self._connection = self._stack.enter_context(opening)

    def __iter__(self) -> Iterator[str | bytes]:
        return iter(self._connection)

    def send(self, text: str) -> None:
        self._connection.send(text)

    def close(self) -> None:
        self._stack.close()


def _query(config: dict[str, str]) -> str:
    return urlencode({name: config[name] for name in ("boot", "seq", "page")})


def _open_events(url: str, config: dict[str, str]) -> Line:
    connection = HTTPConnection(url.removeprefix("http://"), timeout=None)
    headers = {"x-asgi-reload-token": config["token"], "accept": "text/event-stream"}
    connection.request("GET", f"{config['base']}/events?{_query(config)}", headers=headers)
    socket = connection.sock
    response = connection.getresponse()
    connection.sock = connection.sock or socket  # http.client forgets it where the server says that it will close
    return _Events(connection, response)


def _open_socket(url: str, config: dict[str, str]) -> Line:
    address = f"ws{url.removeprefix('http')}{config['base']}/ws?{_query(config)}"
    protocols = [Subprotocol("asgi-reload"), Subprotocol(f"token.{config['token']}")]
    return _Socket(address, protocols, url)
