"""No framework: one ASGI function that sends a page and its stylesheet. `uvicorn main:app`, then edit either."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from asgi_reload import ReloadMiddleware

HERE = Path(__file__).parent
FILES = {
    "/": ("page.html", "text/html; charset=utf-8"),
    "/style.css": ("style.css", "text/css; charset=utf-8"),
}


async def site(scope: Any, receive: Any, send: Any) -> None:
    if scope["type"] != "http":
        raise RuntimeError(f"this app does not speak {scope['type']}")

    name, content_type = FILES.get(scope["path"], ("missing.html", "text/html; charset=utf-8"))
    status = 200 if scope["path"] in FILES else 404
    headers = [(b"content-type", content_type.encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": (HERE / name).read_bytes()})


app = ReloadMiddleware(site)
