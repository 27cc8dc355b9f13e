from importlib import resources
from fastapi import FastAPI

import state
from reloading import ReloadMiddleware

app = FastAPI()


@app.get("/hits")
def count() -> int:
    return state.count()


@app.get("/")
def index():
    return sorted(p.name for p in resources.files("shop").iterdir() if p.name.endswith(".txt"))


app = ReloadMiddleware(app)
