import store
from kinds import Kind
from fastapi import FastAPI

import state
from reloading import ReloadMiddleware

app = FastAPI()


@app.get("/hits")
def count() -> int:
    return state.count()


@app.get("/")
def index():
    return [p["kind"] is Kind.A for p in store.points]


@app.get("/add")
def add():
    store.points.append({"kind": Kind.A})


app = ReloadMiddleware(app)
