from contextlib import asynccontextmanager

from config import get_settings
from fastapi import FastAPI
from routers import extra, pages

from asgi_reload import ReloadMiddleware


@asynccontextmanager
async def lifespan(app: FastAPI):
    app.state.title = get_settings().title
    yield


app = FastAPI(title=get_settings().title, lifespan=lifespan)
app.include_router(pages.router)
app.include_router(extra.router, prefix="/extra")
app = ReloadMiddleware(app)
