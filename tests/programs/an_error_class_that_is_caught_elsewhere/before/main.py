import errors
import helpers
from fastapi import FastAPI

import state
from reloading import ReloadMiddleware

app = FastAPI()


@app.get("/hits")
def count() -> int:
    return state.count()


@app.get("/")
def index():
    try:
        helpers.fail()
    except errors.Missing as error:
        return error.code


app = ReloadMiddleware(app)
