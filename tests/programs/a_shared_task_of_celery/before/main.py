import tasks
import worker
from fastapi import FastAPI

import state
from reloading import ReloadMiddleware

app = FastAPI()


@app.get("/hits")
def count() -> int:
    return state.count()


@app.get("/")
def index():
    return worker.celery.tasks["tasks.price"]()


app = ReloadMiddleware(app)
