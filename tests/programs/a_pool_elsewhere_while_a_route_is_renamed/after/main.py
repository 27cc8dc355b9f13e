from contextlib import asynccontextmanager

from fastapi import FastAPI

import db
from reloading import ReloadMiddleware

@asynccontextmanager
async def lifespan(app):
    await db.connect()
    yield
    await db.close()


app = FastAPI(lifespan=lifespan)


@app.get("/rows")
def index():
    return db.pool


@app.get("/hits")
def count():
    return db.count()


app = ReloadMiddleware(app)
