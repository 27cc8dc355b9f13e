from decorators import tagged
from fastapi import FastAPI

import state
from reloading import ReloadMiddleware

app = FastAPI()


@app.get("/hits")
def count() -> int:
    return state.count()


@app.get("/")
@tagged
def index():
    return index.tag


app = ReloadMiddleware(app)
