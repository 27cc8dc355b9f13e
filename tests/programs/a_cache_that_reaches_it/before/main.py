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


def rate():
    return 2


@functools.lru_cache
def price(amount):
    return amount * rate()


@app.get("/")
def index():
    return price(10)


app = ReloadMiddleware(app)
