from contextlib import asynccontextmanager

from fastapi import FastAPI

import state
from reloading import ReloadMiddleware

pool = None


@asynccontextmanager
async def lifespan(app):
    global pool
    pool = {"open": True, "title": app.title}
    yield
    pool["open"] = False


app = FastAPI(title="new", lifespan=lifespan)


@app.get("/")
def index():
    return pool


@app.get("/hits")
def count():
    return state.count()


app = ReloadMiddleware(app)
