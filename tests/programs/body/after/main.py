from fastapi import FastAPI

from reloading import ReloadMiddleware

app = FastAPI()
hits = 0


def text() -> str:
    return "new"


@app.get("/")
def index() -> dict[str, str]:
    return {"text": text()}


@app.get("/hits")
def count() -> int:
    global hits
    hits += 1
    return hits


app = ReloadMiddleware(app)
