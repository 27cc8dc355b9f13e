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
        return "new"


greeter = Greeter()


@app.get("/")
def index():
    return greeter.greet()


app = ReloadMiddleware(app)
