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


@app.get("/")
def index():
    return "old"


app = ReloadMiddleware(app)
