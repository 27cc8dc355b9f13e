from fastapi import FastAPI

import state
from reloading import ReloadMiddleware

async def start():
    raise RuntimeError("no database")


app = FastAPI(on_startup=[start])


@app.get("/hits")
def count() -> int:
    return state.count()


@app.get("/")
def index():
    return "old"


app = ReloadMiddleware(app)
