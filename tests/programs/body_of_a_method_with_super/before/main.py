from fastapi import FastAPI
from reloading import ReloadMiddleware

app = FastAPI()
hits = 0


@app.get("/hits")
def count() -> int:
    global hits
    hits += 1
    return hits


class Greeter:
    def greet(self):
        return "hello"


class Loud(Greeter):
    def greet(self):
        return super().greet() + "?"


@app.get("/")
def index():
    return Loud().greet()


app = ReloadMiddleware(app)
