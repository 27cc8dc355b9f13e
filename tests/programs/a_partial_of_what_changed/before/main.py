import functools

import helpers
from fastapi import FastAPI

import state
from reloading import ReloadMiddleware

app = FastAPI()


@app.get("/hits")
def count() -> int:
    return state.count()


later = functools.partial(helpers.f, 1)


@app.get("/")
def index():
    return later()


app = ReloadMiddleware(app)
