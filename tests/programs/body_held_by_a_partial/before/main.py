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


def add(a, b):
    return a + b


plus_one = functools.partial(add, 1)


@app.get("/")
def index():
    return plus_one(2)


app = ReloadMiddleware(app)
