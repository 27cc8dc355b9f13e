from fastapi import FastAPI
from reloading import ReloadMiddleware

app = FastAPI()
hits = 0


@app.get("/hits")
def count() -> int:
    global hits
    hits += 1
    return hits


def make(a, b):
    def answer():
        return a

    return answer


@app.get("/")
def index():
    return make("a", "b")()


app = ReloadMiddleware(app)
