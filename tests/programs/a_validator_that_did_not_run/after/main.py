import models
from fastapi import FastAPI

import state
from reloading import ReloadMiddleware

app = FastAPI()


@app.get("/hits")
def count() -> int:
    return state.count()


@app.post("/")
def create(item: models.Item):
    return item


app = ReloadMiddleware(app)
