from fastapi import FastAPI

import handlers
import state
from reloading import ReloadMiddleware

app = FastAPI()
handlers.load()


@app.get("/hits")
def count() -> int:
    return state.count()


@app.get("/")
def index():
    return sorted(handlers.HANDLERS)


app = ReloadMiddleware(app)
