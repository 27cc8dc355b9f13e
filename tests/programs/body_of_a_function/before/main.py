from fastapi import FastAPI
from reloading import ReloadMiddleware

app = FastAPI()
hits = 0


@app.get("/hits")
def count() -> int:
    global hits
    hits += 1
    return hits


def text():
    return "old"

@app.get("/")
def index():
    return text()


app = ReloadMiddleware(app)
