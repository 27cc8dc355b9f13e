"""Switched on by pydantic-settings; what the middleware should know is a part of the app's settings."""

from __future__ import annotations

from pathlib import Path

from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from pydantic_settings import BaseSettings, SettingsConfigDict

from asgi_reload import ReloadMiddleware

HERE = Path(__file__).parent


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="SHOP_", env_file=HERE / "settings.env")

    debug: bool = False
    watch: list[str] = []


settings = Settings()
app = FastAPI(debug=settings.debug)

if settings.debug:
    app.add_middleware(ReloadMiddleware, watch=settings.watch)


@app.get("/", response_class=HTMLResponse)
async def home() -> str:
    return (HERE / "page.html").read_text(encoding="utf-8")
