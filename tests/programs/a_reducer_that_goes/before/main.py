import pickles
import copyreg
from fastapi import FastAPI

import state
from reloading import ReloadMiddleware

app = FastAPI()


@app.get("/hits")
def count() -> int:
    return state.count()


@app.get("/")
def index():
    return [c.__name__ for c in copyreg.dispatch_table].count("Shop")


app = ReloadMiddleware(app)
