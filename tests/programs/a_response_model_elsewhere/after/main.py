import models
from fastapi import FastAPI

import state
from reloading import ReloadMiddleware

app = FastAPI()


@app.get("/hits")
def count() -> int:
    return state.count()


@app.get("/", response_model=models.Out)
def index():
    return {"a": 1, "b": 2}


app = ReloadMiddleware(app)
