from contextlib import asynccontextmanager

from fastapi import FastAPI
from reloading import ReloadMiddleware
import conf

hits = 0

@asynccontextmanager
async def lifespan(app):
    app.state.config = conf.load()
    app.state.started = True
    yield
    app.state.config = None

app = FastAPI(lifespan=lifespan)

@app.get("/")
def index():
    return app.state.config

@app.get("/hits")
def count():
    global hits
    hits += 1
    return hits

app = ReloadMiddleware(app)
