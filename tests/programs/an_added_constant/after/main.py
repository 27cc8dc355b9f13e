from fastapi import FastAPI
from reloading import ReloadMiddleware

app = FastAPI()
hits = 0


@app.get("/hits")
def count() -> int:
    global hits
    hits += 1
    return hits


LIMIT = 7


@app.get("/")
def index():
    return LIMIT


app = ReloadMiddleware(app)
