from fastapi import FastAPI

import state
import shapes
import numbers_too
from reloading import ReloadMiddleware

app = FastAPI()


@app.get("/hits")
def count() -> int:
    return state.count()


@app.get("/")
def index():
    return [shapes.describe(1), shapes.describe("one")]


app = ReloadMiddleware(app)
