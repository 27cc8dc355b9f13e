import kinds
from pydantic import BaseModel
from fastapi import FastAPI

import state
from reloading import ReloadMiddleware

app = FastAPI()


@app.get("/hits")
def count() -> int:
    return state.count()


class Item(BaseModel):
    n: kinds.limited()


@app.post("/items")
def write(item: Item):
    return item.n



@app.get("/")
def index():
    return 1


app = ReloadMiddleware(app)
