from fastapi import FastAPI

import state
from reloading import ReloadMiddleware

app = FastAPI()


@app.get("/hits")
def count() -> int:
    return state.count()


@app.get("/old")
def index():
    return "hello"


@app.get("/stays")
def stays():
    return "hello"


app = ReloadMiddleware(app)
