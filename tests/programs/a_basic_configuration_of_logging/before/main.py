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
    return [logging.root.level, len(logging.root.handlers), [h.formatter._fmt for h in logging.root.handlers]]


app = ReloadMiddleware(app)
