import jinja2

import helpers
from fastapi import FastAPI

import state
from reloading import ReloadMiddleware

app = FastAPI()


@app.get("/hits")
def count() -> int:
    return state.count()


templates = jinja2.Environment()
templates.globals["price"] = helpers.price


@app.get("/")
def index():
    return templates.from_string("{{ price() }}").render()


app = ReloadMiddleware(app)
