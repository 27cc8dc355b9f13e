import helpers
from fastapi import FastAPI

import state
from reloading import ReloadMiddleware

app = FastAPI()


@app.get("/hits")
def count() -> int:
    return state.count()


TABLE = {"a": helpers.f}


@app.get("/")
def index():
    return TABLE["a"]()


app = ReloadMiddleware(app)
