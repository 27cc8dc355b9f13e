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


@functools.cache
def price():
    return 1


@app.get("/")
def index():
    return price()


app = ReloadMiddleware(app)
