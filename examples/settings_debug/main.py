"""Switched on by the app's own debug flag: with DEBUG unset the middleware is not even there."""

from __future__ import annotations

import os
from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

from asgi_reload import ReloadMiddleware

DEBUG = os.environ.get("DEBUG") == "1"
PAGE = Path(__file__).parent / "page.html"


async def home(request: Request) -> HTMLResponse:
    return HTMLResponse(PAGE.read_text(encoding="utf-8"))


app = Starlette(
    debug=DEBUG,
    routes=[Route("/", home)],
    middleware=[Middleware(ReloadMiddleware)] if DEBUG else [],
)
