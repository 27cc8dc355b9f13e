import signals
import signal
from fastapi import FastAPI

import state
from reloading import ReloadMiddleware

app = FastAPI()


@app.get("/hits")
def count() -> int:
    return state.count()


@app.get("/")
def index():
    return [getattr(signal.getsignal(signal.SIGUSR2), "__name__", None), getattr(signal.getsignal(signal.SIGUSR2), "__globals__", {}).get("LIMIT")]


app = ReloadMiddleware(app)
