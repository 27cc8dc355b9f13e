from importlib import resources
from fastapi import FastAPI

import state
from reloading import ReloadMiddleware

app = FastAPI()


@app.get("/hits")
def count() -> int:
    return state.count()


@app.get("/")
def index():
    return resources.files("shop").joinpath("text.txt").read_text()


app = ReloadMiddleware(app)
