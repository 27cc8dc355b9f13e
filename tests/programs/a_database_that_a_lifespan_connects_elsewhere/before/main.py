from contextlib import asynccontextmanager

from fastapi import FastAPI

from db import count, database
from reloading import ReloadMiddleware


@asynccontextmanager
async def lifespan(app):
    await database.connect()
    yield
    await database.disconnect()


app = FastAPI(lifespan=lifespan)


@app.get("/open")
def index():
    return database.is_open


@app.get("/hits")
def hits():
    return count()


app = ReloadMiddleware(app)
