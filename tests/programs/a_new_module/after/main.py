from fastapi import FastAPI

import fresh
import state
from reloading import ReloadMiddleware

app = FastAPI()


@app.get("/hits")
def count() -> int:
    return state.count()


@app.get("/")
def index():
    return fresh.answer()


app = ReloadMiddleware(app)
