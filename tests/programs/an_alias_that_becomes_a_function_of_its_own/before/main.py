from fastapi import FastAPI

import state
import words
from reloading import ReloadMiddleware

app = FastAPI()


@app.get("/hits")
def count() -> int:
    return state.count()


@app.get("/")
def index():
    return [words.first(), words.second()]


app = ReloadMiddleware(app)
