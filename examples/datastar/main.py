"""Datastar: the page's own signals and streams go on while the template around them is edited."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

from datastar_py.sse import DatastarEvent
from datastar_py.starlette import DatastarResponse, ServerSentEventGenerator
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.templating import Jinja2Templates

from asgi_reload import ReloadMiddleware

templates = Jinja2Templates(Path(__file__).parent / "templates")


async def home(request: Request) -> Response:
    return templates.TemplateResponse(request, "clock.html")


async def clock(request: Request) -> Response:
    return DatastarResponse(ticks())


async def ticks() -> AsyncIterator[DatastarEvent]:
    while True:
        yield ServerSentEventGenerator.patch_signals({"now": f"{datetime.now():%H:%M:%S}"})
        await asyncio.sleep(1)


app = ReloadMiddleware(Starlette(routes=[Route("/", home), Route("/clock", clock)]))
