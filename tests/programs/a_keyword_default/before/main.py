from fastapi import FastAPI
from reloading import ReloadMiddleware

app = FastAPI()
hits = 0


@app.get("/hits")
def count() -> int:
    global hits
    hits += 1
    return hits


def greet(*, name="ada"):
    return name


@app.get("/")
def index():
    return greet()


app = ReloadMiddleware(app)
