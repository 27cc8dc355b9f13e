"""Starlette and Jinja2: a saved template is merged into the page, a saved stylesheet swapped."""

from __future__ import annotations

from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.templating import Jinja2Templates

from asgi_reload import ReloadMiddleware

HERE = Path(__file__).parent
BOOKS = ["Middlemarch", "The Third Policeman", "Pnin"]

templates = Jinja2Templates(HERE / "templates")


async def shelf(request: Request) -> Response:
    return templates.TemplateResponse(request, "shelf.html", {"books": BOOKS})


app = Starlette(
    routes=[Route("/", shelf), Mount("/static", StaticFiles(directory=HERE / "static"))],
    middleware=[Middleware(ReloadMiddleware)],
)
