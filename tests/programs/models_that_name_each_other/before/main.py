from models import Author, Book
from fastapi import FastAPI

import state
from reloading import ReloadMiddleware

app = FastAPI()


@app.get("/hits")
def count() -> int:
    return state.count()


@app.get("/")
def index() -> Author:
    return Author(name="a", books=[Book(title="t")])


app = ReloadMiddleware(app)
