import hooks
import sys
from fastapi import FastAPI

import state
from reloading import ReloadMiddleware

app = FastAPI()


@app.get("/hits")
def count() -> int:
    return state.count()


@app.get("/")
def index():
    return [getattr(h, "__name__", "") for h in sys.path_hooks].count("hook")


app = ReloadMiddleware(app)
