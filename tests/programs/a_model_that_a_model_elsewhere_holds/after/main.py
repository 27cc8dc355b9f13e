import orders
from fastapi import FastAPI

import state
from reloading import ReloadMiddleware

app = FastAPI()


@app.get("/hits")
def count() -> int:
    return state.count()


@app.post("/")
def index(order: orders.Order):
    return order


app = ReloadMiddleware(app)
