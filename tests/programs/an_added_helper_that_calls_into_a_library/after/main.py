import math
from contextlib import suppress

from fastapi import FastAPI

with suppress(ImportError):
    import statistics
from reloading import ReloadMiddleware

app = FastAPI()
hits = 0


@app.get("/hits")
def count() -> int:
    global hits
    hits += 1
    return hits


def share(n: int) -> float:
    return math.ceil(n / 7) + statistics.fmean([n, n])


@app.get("/")
def index():
    return share(50)


app = ReloadMiddleware(app)
