import shapes
import store
from fastapi import FastAPI

import state
from reloading import ReloadMiddleware

app = FastAPI()


@app.get("/hits")
def count() -> int:
    return state.count()


@app.get("/")
def index():
    return [p.sum() for p in store.points]


@app.get("/add")
def add():
    store.points.append(shapes.Point(1, 2))


app = ReloadMiddleware(app)
