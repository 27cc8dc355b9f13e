import extra
from fastapi import FastAPI

import state
from reloading import ReloadMiddleware

app = FastAPI()


@app.get("/hits")
def count() -> int:
    return state.count()


app.add_middleware(extra.Stamp, word="x")


@app.get("/")
def index():
    return "hello"


app = ReloadMiddleware(app)
