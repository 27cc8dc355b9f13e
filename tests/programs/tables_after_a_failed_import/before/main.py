import logging
import mimetypes
import sys

import nasty
from fastapi import FastAPI

import state
from reloading import ReloadMiddleware

app = FastAPI()


@app.get("/hits")
def count() -> int:
    return state.count()


@app.get("/")
def index():
    return [nasty.LIMIT, mimetypes.guess_type("a.shop"), mimetypes.guess_all_extensions("text/shop"), len(logging.getLogger("shop").handlers), sys.path.count("/nowhere"), sys.path.count("/new")]


app = ReloadMiddleware(app)
