from fastapi import FastAPI
from reloading import ReloadMiddleware

app = FastAPI()
hits = 0


@app.get("/hits")
def count() -> int:
    global hits
    hits += 1
    return hits


def first(x): return x
pair = [lambda: "a", lambda: "c"]


@app.get("/")
def index():
    return [f() for f in pair]


app = ReloadMiddleware(app)
