from fastapi import Depends
from fastapi import FastAPI

import state
from reloading import ReloadMiddleware

app = FastAPI()


@app.get("/hits")
def count() -> int:
    return state.count()


def user():
    return "ada"


app.dependency_overrides[user] = lambda word="new": word


@app.get("/")
def index(name: str = Depends(user)):
    return name


app = ReloadMiddleware(app)
