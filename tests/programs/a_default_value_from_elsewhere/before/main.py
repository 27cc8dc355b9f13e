import conf
from fastapi import FastAPI

import state
from reloading import ReloadMiddleware

app = FastAPI()


@app.get("/hits")
def count() -> int:
    return state.count()


def greet(name=conf.name):
    return name


@app.get("/")
def index():
    return greet()


app = ReloadMiddleware(app)
