import helpers
from fastapi import FastAPI

import state
from reloading import ReloadMiddleware

app = FastAPI()


@app.get("/hits")
def count() -> int:
    return state.count()


@app.post("/")
def index(point: helpers.Point):
    return point


app = ReloadMiddleware(app)
