"""htmx: whole pages get the script, the fragments that htmx asks for do not."""

from __future__ import annotations

from itertools import count
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.templating import Jinja2Templates

from asgi_reload import ReloadMiddleware

templates = Jinja2Templates(Path(__file__).parent / "templates")
numbers = count(1)


async def home(request: Request) -> Response:
    return templates.TemplateResponse(request, "tickets.html")


async def ticket(request: Request) -> Response:
    return templates.TemplateResponse(request, "ticket.html", {"number": next(numbers)})


app = ReloadMiddleware(Starlette(routes=[Route("/", home), Route("/ticket", ticket)]))
