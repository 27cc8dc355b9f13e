"""Switched on by Starlette's Config, which reads the environment first and then `.env`."""

from __future__ import annotations

from pathlib import Path

from starlette.applications import Starlette
from starlette.config import Config
from starlette.datastructures import CommaSeparatedStrings
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

from asgi_reload import ReloadMiddleware

HERE = Path(__file__).parent

config = Config(HERE / "settings.env")
DEBUG = config("DEBUG", cast=bool, default=False)
WATCH = config("WATCH", cast=CommaSeparatedStrings, default="")


async def home(request: Request) -> HTMLResponse:
    return HTMLResponse((HERE / "page.html").read_text(encoding="utf-8"))


app = Starlette(
    debug=DEBUG,
    routes=[Route("/", home)],
    middleware=[Middleware(ReloadMiddleware, watch=list(WATCH))] if DEBUG else [],
)
