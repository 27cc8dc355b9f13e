import functools
from fastapi import FastAPI
from reloading import ReloadMiddleware

app = FastAPI()
hits = 0


@app.get("/hits")
def count() -> int:
    global hits
    hits += 1
    return hits


@functools.singledispatch
def show(value):
    return "any"


@show.register
def _(value: int):
    return "new"


@app.get("/")
def index():
    return show(1)


app = ReloadMiddleware(app)
