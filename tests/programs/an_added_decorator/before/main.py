import functools
from fastapi import FastAPI

import state
from reloading import ReloadMiddleware

app = FastAPI()


@app.get("/hits")
def count() -> int:
    return state.count()


def loud(function):
    @functools.wraps(function)
    def wrapper():
        return function() + "!"

    return wrapper


@app.get("/")
def index():
    return "hello"


app = ReloadMiddleware(app)
