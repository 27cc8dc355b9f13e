from fastapi import FastAPI

import state
from reloading import ReloadMiddleware

app = FastAPI(title="old")
app.add_middleware(ReloadMiddleware)


@app.get("/")
def index():
    return "old"


@app.get("/hits")
def count():
    return state.count()
