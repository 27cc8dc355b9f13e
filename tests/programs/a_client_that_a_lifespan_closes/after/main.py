from contextlib import asynccontextmanager

from fastapi import FastAPI
from reloading import ReloadMiddleware

import clients


@asynccontextmanager
async def lifespan(app):
    app.state.greeting = "new"
    yield
    await clients.close()


app = FastAPI(lifespan=lifespan)


@app.get("/")
async def index():
    return [app.state.greeting, await clients.client.ask()]


app = ReloadMiddleware(app)
