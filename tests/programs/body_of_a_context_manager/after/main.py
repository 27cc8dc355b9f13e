import contextlib
from fastapi import FastAPI
from reloading import ReloadMiddleware

app = FastAPI()
hits = 0


@app.get("/hits")
def count() -> int:
    global hits
    hits += 1
    return hits


@contextlib.contextmanager
def session():
    yield "new"


@app.get("/")
def index():
    with session() as found:
        return found


app = ReloadMiddleware(app)
