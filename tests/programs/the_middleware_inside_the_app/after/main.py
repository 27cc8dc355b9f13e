from fastapi import FastAPI

import state
from reloading import ReloadMiddleware

app = FastAPI(title="new")
app.add_middleware(ReloadMiddleware)


@app.get("/more")
def index():
    return "new"


@app.get("/hits")
def count():
    return state.count()
