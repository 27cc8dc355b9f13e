from fastapi import FastAPI

import state
from reloading import ReloadMiddleware

app = FastAPI()


@app.get("/hits")
def count() -> int:
    return state.count()


@app.get("/")
def index():
    return "hello"


@app.get("/b")
def b():
    return "b"


app = ReloadMiddleware(app)
