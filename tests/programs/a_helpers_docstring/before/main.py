from fastapi import FastAPI
from reloading import ReloadMiddleware

app = FastAPI()
hits = 0


@app.get("/hits")
def count() -> int:
    global hits
    hits += 1
    return hits


def helper():
    """Old words."""
    return helper.__doc__


@app.get("/")
def index():
    return helper()


app = ReloadMiddleware(app)
