from fastapi import FastAPI

import state
from reloading import ReloadMiddleware

app = FastAPI()


@app.get("/hits")
def count() -> int:
    return state.count()


def make(a, b):
    def answer():
        return a

    return answer


answer = make("a", "b")


@app.get("/")
def index():
    return answer()


app = ReloadMiddleware(app)
