"""FastAPI: pages follow each save, the JSON beside them is passed on untouched."""

from __future__ import annotations

from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse
from fastapi.templating import Jinja2Templates

from asgi_reload import ReloadMiddleware

HERE = Path(__file__).parent
CITIES = {"Oslo": 4, "Lisbon": 19, "Hanoi": 31}

app = FastAPI()
app.add_middleware(ReloadMiddleware)
templates = Jinja2Templates(HERE / "templates")


@app.get("/", response_class=HTMLResponse)
async def home(request: Request) -> HTMLResponse:
    return templates.TemplateResponse(request, "weather.html", {"cities": CITIES})


@app.get("/api/cities")
async def cities() -> dict[str, int]:
    return CITIES
