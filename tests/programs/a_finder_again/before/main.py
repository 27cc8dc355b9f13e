import finders
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
    return [type(f).__name__ for f in sys.meta_path].count("Finder")


app = ReloadMiddleware(app)
