import logs
import logging
from fastapi import FastAPI

import state
from reloading import ReloadMiddleware

app = FastAPI()


@app.get("/hits")
def count() -> int:
    return state.count()


@app.get("/")
def index():
    return len(logging.getLogger("shop").filters)


app = ReloadMiddleware(app)
