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


RATE = 3


@functools.lru_cache
def price(amount):
    return amount * RATE


@app.get("/")
def index():
    return price(10)


app = ReloadMiddleware(app)
