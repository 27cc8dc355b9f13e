from fastapi import FastAPI

import state
from reloading import ReloadMiddleware

app = FastAPI()


@app.get("/hits")
def count() -> int:
    return state.count()


@app.get("/special")
def special():
    return "special"


@app.get("/{name}")
def named(name: str):
    return name


app = ReloadMiddleware(app)
