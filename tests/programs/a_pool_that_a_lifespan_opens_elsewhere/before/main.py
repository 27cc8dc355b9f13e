from contextlib import asynccontextmanager

from fastapi import FastAPI

import db
from reloading import ReloadMiddleware

hits = 0


@asynccontextmanager
async def lifespan(app):
    await db.connect()
    yield
    await db.close()


app = FastAPI(lifespan=lifespan)


@app.get("/")
def index():
    return db.pool


@app.get("/hits")
def count():
    global hits
    hits += 1
    return hits


app = ReloadMiddleware(app)
