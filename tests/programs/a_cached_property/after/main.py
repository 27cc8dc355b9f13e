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


class Shop:
    @functools.cached_property
    def price(self):
        return rate()


def rate():
    return 3


shop = Shop()


@app.get("/")
def index():
    return shop.price


app = ReloadMiddleware(app)
