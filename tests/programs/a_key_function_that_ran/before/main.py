from fastapi import FastAPI

import state
from reloading import ReloadMiddleware

app = FastAPI()


@app.get("/hits")
def count() -> int:
    return state.count()


VALUE = sorted([3, 1, 2], key=lambda n: n)
print(VALUE)

@app.get("/")
def index():
    return VALUE


app = ReloadMiddleware(app)
