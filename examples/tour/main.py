"""The tour: a page that says which file to edit next, and follows each save. `make demo` serves it."""

from __future__ import annotations

from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.templating import Jinja2Templates

from asgi_reload import ReloadMiddleware

HERE = Path(__file__).parent
TRAVELLER = "traveller"

templates = Jinja2Templates(HERE / "templates")


def packing_list() -> list[str]:
    text = (HERE / "content" / "packing.txt").read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line]


async def tour(request: Request) -> Response:
    context = {"traveller": TRAVELLER, "packing": packing_list()}
    return templates.TemplateResponse(request, "tour.html", context)


async def guestbook(request: Request) -> Response:
    form = await request.form()
    context = {"traveller": TRAVELLER, "name": form.get("name") or "Somebody"}
    return templates.TemplateResponse(request, "receipt.html", context)


app = ReloadMiddleware(
    Starlette(
        routes=[
            Route("/", tour),
            Route("/guestbook", guestbook, methods=["POST"]),
            Mount("/static", StaticFiles(directory=HERE / "static")),
        ],
    )
)
