from fastapi import FastAPI
from reloading import ReloadMiddleware

app = FastAPI()
hits = 0


@app.get("/hits")
def count() -> int:
    global hits
    hits += 1
    return hits


class Counter:
    total = 0

    @classmethod
    def add(cls):
        cls.total += 1
        return cls.total

    @staticmethod
    def word():
        return "new"


@app.get("/")
def index():
    return Counter.word()


app = ReloadMiddleware(app)
