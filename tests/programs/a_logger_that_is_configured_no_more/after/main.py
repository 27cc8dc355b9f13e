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
    return [logging.getLogger("shop").level, len(logging.getLogger("shop").handlers), [h.formatter._fmt for h in logging.getLogger("shop").handlers]]


app = ReloadMiddleware(app)
