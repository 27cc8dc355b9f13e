import logging

import logs
from fastapi import FastAPI

import state
from reloading import ReloadMiddleware

app = FastAPI()


@app.get("/hits")
def count() -> int:
    return state.count()


@app.get("/")
def index():
    return [len(logging.getLogger("shop").handlers), logs.LIMIT]


app = ReloadMiddleware(app)
