from fastapi import FastAPI
from reloading import ReloadMiddleware

app = FastAPI()
hits = 0


@app.get("/hits")
def count() -> int:
    global hits
    hits += 1
    return hits


def outer():
    class Inner:
        def word(self):
            return "new"

    return Inner()


inner = outer()


@app.get("/")
def index():
    return inner.word()


app = ReloadMiddleware(app)
