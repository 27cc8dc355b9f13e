from fastapi import FastAPI
from reloading import ReloadMiddleware

app = FastAPI()
hits = 0


@app.get("/hits")
def count() -> int:
    global hits
    hits += 1
    return hits


def loud(function):
    def wrapper():
        return function() + "?"

    return wrapper


@app.get("/")
@loud
def index():
    return "hello"


app = ReloadMiddleware(app)
