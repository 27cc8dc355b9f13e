from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI
from reloading import ReloadMiddleware

hits = 0


@asynccontextmanager
async def lifespan(app):
    app.state.words = Path("words.txt").read_text()
    yield


app = FastAPI(lifespan=lifespan)


@app.get("/")
def index():
    return app.state.words


@app.get("/hits")
def count():
    global hits
    hits += 1
    return hits


app = ReloadMiddleware(app)
