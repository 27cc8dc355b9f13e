import kinds
from fastapi import FastAPI

import state
from reloading import ReloadMiddleware

app = FastAPI()


@app.get("/hits")
def count() -> int:
    return state.count()


@app.get("/")
def index(name: kinds.Name = "x"):
    return name


app = ReloadMiddleware(app)
