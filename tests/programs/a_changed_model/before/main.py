from pydantic import BaseModel
from fastapi import FastAPI

import state
from reloading import ReloadMiddleware

app = FastAPI()


@app.get("/hits")
def count() -> int:
    return state.count()


class Item(BaseModel):
    a: int


@app.post("/")
def create(item: Item):
    return item


app = ReloadMiddleware(app)
