from plugins import found  # isort: skip

import pages
from base import Answer
from fastapi import FastAPI

import state
from reloading import ReloadMiddleware

app = FastAPI(title=pages.TITLE)
app.get("/hits")(state.count)


@app.get("/")
def index():
    return [isinstance(make(), Answer) and make().text for make in found]


app = ReloadMiddleware(app)
