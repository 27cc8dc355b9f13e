from fastapi import FastAPI
from reloading import ReloadMiddleware

app = FastAPI()
hits = 0


@app.get("/hits")
def count() -> int:
    global hits
    hits += 1
    return hits


remembered = None


def find():
    return "old"


def get():
    global remembered
    if remembered is None:
        remembered = find()
    return remembered


@app.get("/")
def index():
    return get()


app = ReloadMiddleware(app)
