import kinds
from fastapi import FastAPI

import state
from reloading import ReloadMiddleware

app = FastAPI()


@app.get("/hits")
def count() -> int:
    return state.count()


@app.get("/items/{n}")
def read(n: kinds.kind()):
    return [n, type(n).__name__]



@app.get("/")
def index():
    return 1


app = ReloadMiddleware(app)
