import logging

import logs
import late
from fastapi import FastAPI

import state
from reloading import ReloadMiddleware

app = FastAPI()


@app.get("/hits")
def count() -> int:
    return state.count()


@app.get("/")
def index():
    return [logging.getLogger("late").disabled, logs.LIMIT]


app = ReloadMiddleware(app)
