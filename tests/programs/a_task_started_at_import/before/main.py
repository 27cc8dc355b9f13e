import asyncio

import worker
from fastapi import FastAPI

import state
from reloading import ReloadMiddleware

app = FastAPI()


@app.get("/hits")
def count() -> int:
    return state.count()


@app.get("/")
async def index():
    return [worker.LIMIT, len([t for t in asyncio.all_tasks() if t.get_name() == "ticker"])]


app = ReloadMiddleware(app)
