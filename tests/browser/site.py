"""A small site as a user has it: a folder with an app, templates and static files, under a real uvicorn."""

from __future__ import annotations

import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from textwrap import dedent
from typing import TYPE_CHECKING, Any, Self

from playwright.sync_api import Error

from tests.servers import free_port, serving

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from playwright.sync_api import CDPSession, Page

    from tests.servers import Server

APP = """
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.templating import Jinja2Templates

from asgi_reload import ReloadMiddleware

templates = Jinja2Templates("templates")


async def page(request: Request) -> Response:
    name = request.path_params.get("name", "index")
    return templates.TemplateResponse(request, f"{name}.html", headers=HEADERS)


HEADERS: dict[str, str] = {}
routes = [
    Route("/", page, methods=["GET", "POST"]),
    Route("/favicon.ico", lambda request: Response()),
    Route("/{name}", page),
    Mount("/static", StaticFiles(directory="static")),
]
app = ReloadMiddleware(Starlette(routes=routes))
"""
UVICORN = "uvicorn-httptools"
SHOWN = {"ASGI_RELOAD_PILL": "1", "ASGI_RELOAD_OVERLAY": "1"}
"""For a browser that a program drives: it is shown nothing of ours unasked."""
DEADLINE_S = 10.0
POLL_MS = 10
CONNECTED = "window.asgiReload?.status?.().connected"


@dataclass
class Site:
    """Write its files, start it, visit it."""

    folder: Path
    port: int = field(default_factory=free_port)
    server: Server | None = None
    app: str = "main:app"
    env: Mapping[str, str] = field(default_factory=lambda: SHOWN)
    _running: ExitStack = field(default_factory=ExitStack)

    def __post_init__(self) -> None:
        (self.folder / "static").mkdir(parents=True)
        (self.folder / "templates").mkdir()
        self.write("main.py", APP)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def write(self, name: str, text: str) -> None:
        """Save a file, as an editor does."""
        (self.folder / name).write_text(dedent(text).lstrip("\n"), encoding="utf-8")

    def replace(self, name: str, old: str, new: str) -> None:
        """Edit a file; it must contain what is to be replaced."""
        before = (self.folder / name).read_text(encoding="utf-8")
        assert old in before, f"{name} does not contain {old!r}"
        (self.folder / name).write_text(before.replace(old, new), encoding="utf-8")

    def configure(self, **options: object) -> None:
        """Pass options to the middleware."""
        arguments = ", ".join(f"{name}={value!r}" for name, value in options.items())
        self.replace("main.py", "Starlette(routes=routes))", f"Starlette(routes=routes), {arguments})")

    def headers(self, headers: Mapping[str, str]) -> None:
        """Let the app answer its pages with these headers."""
        self.replace("main.py", "HEADERS: dict[str, str] = {}", f"HEADERS: dict[str, str] = {dict(headers)!r}")

    def start(self, *extra: str, server: str = UVICORN) -> Self:
        """Serve it, with more command-line arguments."""
        running = serving(self.folder, server, app=self.app, extra=extra, port=self.port, env=self.env)
        self.server = self._running.enter_context(running)
        return self

    def stop(self) -> None:
        self._running.close()
        self.server = None

    def log(self) -> str:
        """What the server has printed."""
        return self.server.log() if self.server else ""

    def visit(self, page: Page, path: str = "/") -> Page:
        """Open a page and wait until it is connected."""
        page.goto(self.url + path)
        wait(page, CONNECTED)
        return page


def wait(page: Page, expression: str, arg: object = None, within: float = DEADLINE_S) -> None:
    """Wait until this is true in the page. Works under any policy and through a reload."""
    deadline = time.monotonic() + within
    problem: Error | None = None

    while time.monotonic() < deadline:
        try:
            if page.evaluate(expression, arg):
                return
        except Error as error:  # the page is just being replaced by the next
            problem = error
        page.wait_for_timeout(POLL_MS)

    raise AssertionError(f"not true after {within} s: {expression}") from problem


def status(page: Page) -> dict[str, Any]:
    """What the page says of itself."""
    answer: dict[str, Any] = page.evaluate("asgiReload.status()")
    return answer


def mark(page: Page) -> None:
    """Leave something in the page's world that a reload would take away."""
    page.evaluate("window.mark = 'still here'")


def is_same_document(page: Page) -> bool:
    return bool(page.evaluate("window.mark === 'still here'"))


def wait_for_outcome(page: Page, outcome: str) -> dict[str, Any]:
    """The last update, when it has come to this."""
    wait(page, "outcome => asgiReload.status().last?.outcome === outcome", arg=outcome)
    last: dict[str, Any] = status(page)["last"]
    return last


def wait_for_reload(page: Page) -> None:
    """Wait until a page that was marked is another document, and connected."""
    wait(page, f"window.mark === undefined && {CONNECTED}")


def style_of(page: Page, selector: str, name: str) -> str:
    value: str = page.locator(selector).evaluate("(element, name) => getComputedStyle(element)[name]", name)
    return value


def wait_for_style(page: Page, selector: str, name: str, value: str) -> None:
    page.locator(selector).wait_for(state="attached")
    wait(
        page,
        "([selector, name, value]) => getComputedStyle(document.querySelector(selector))[name] === value",
        arg=[selector, name, value],
    )


def on_screen(page: Page) -> str:
    """The text of pill and overlay as a person sees it: their shadow roots are closed to scripts."""
    return "\n".join(node["nodeValue"] for node in _pill_nodes(page) if node["nodeType"] == TEXT)


def wait_for_words(page: Page, words: str) -> str:
    """Wait until something of ours says that; all that is said then."""
    deadline = time.monotonic() + DEADLINE_S
    while words not in (shown := on_screen(page)):
        assert time.monotonic() < deadline, f"expected {words!r}, the page says {shown!r}"
        page.wait_for_timeout(POLL_MS)
    return shown


def press(page: Page, label: str) -> None:
    """Click a button of the pill."""
    session = page.context.new_cdp_session(page)
    (button,) = (node for node in _pill_nodes(page, session) if label in _words(node))
    box = session.send("DOM.getBoxModel", {"nodeId": button["nodeId"]})["model"]["content"]
    session.detach()
    page.mouse.click((box[0] + box[4]) / 2, (box[1] + box[5]) / 2)


TEXT = 3


def _attributes(node: dict[str, Any]) -> dict[str, str]:
    flat = node.get("attributes", [])
    return dict(zip(flat[::2], flat[1::2], strict=True))


def _words(node: dict[str, Any]) -> str:
    """What a button says, or is called."""
    if node["nodeName"] != "BUTTON":
        return ""

    return " ".join([*node.get("attributes", []), *(child["nodeValue"] for child in node.get("children", []))])


def _pill_nodes(page: Page, session: CDPSession | None = None) -> list[dict[str, Any]]:
    """The nodes in the pill that are not hidden."""
    devtools = session or page.context.new_cdp_session(page)
    root = devtools.send("DOM.getDocument", {"depth": -1, "pierce": True})["root"]

    if session is None:
        devtools.detach()

    return list(_visible(root, inside=False))


def _visible(node: dict[str, Any], *, inside: bool) -> Iterator[dict[str, Any]]:
    attributes = _attributes(node)
    if "hidden" in attributes or attributes.get("class") == "said":  # the latter is for those who listen
        return
    if inside:
        yield node

    for child in node.get("children", []):
        yield from _visible(child, inside=inside)

    for root in node.get("shadowRoots", []):
        yield from _visible(root, inside=attributes.get("data-asgi-reload") == "off")
