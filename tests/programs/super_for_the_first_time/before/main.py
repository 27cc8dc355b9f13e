from fastapi import FastAPI
from reloading import ReloadMiddleware

app = FastAPI()
hits = 0


@app.get("/hits")
def count() -> int:
    global hits
    hits += 1
    return hits


class Base:
    def greet(self):
        return "base"


class Greeter(Base):
    def greet(self):
        return "old"


@app.get("/")
def index():
    return Greeter().greet()


app = ReloadMiddleware(app)
