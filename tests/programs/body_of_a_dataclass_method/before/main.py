from dataclasses import dataclass
from fastapi import FastAPI
from reloading import ReloadMiddleware

app = FastAPI()
hits = 0


@app.get("/hits")
def count() -> int:
    global hits
    hits += 1
    return hits


@dataclass
class Point:
    x: int = 1

    def double(self):
        return self.x * 2


@app.get("/")
def index():
    return Point(4).double()


app = ReloadMiddleware(app)
