import functools

from fastapi import FastAPI

import state
import tables
from reloading import ReloadMiddleware

app = FastAPI()


@app.get("/hits")
def count() -> int:
    return state.count()


@functools.cache
def remembered():
    return tables.table["first"]()


@app.get("/")
def index():
    return remembered()


app = ReloadMiddleware(app)
