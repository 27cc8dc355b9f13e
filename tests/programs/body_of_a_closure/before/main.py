from fastapi import FastAPI
from reloading import ReloadMiddleware

app = FastAPI()
hits = 0


@app.get("/hits")
def count() -> int:
    global hits
    hits += 1
    return hits


def make(name):
    def answer():
        return f"hello {name}"

    return answer


ada = make("ada")


@app.get("/")
def index():
    return ada()


app = ReloadMiddleware(app)
