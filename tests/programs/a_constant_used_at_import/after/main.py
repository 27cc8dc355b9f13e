from fastapi import FastAPI

import state
from reloading import ReloadMiddleware

app = FastAPI()


@app.get("/hits")
def count() -> int:
    return state.count()


LIMIT = 8
DOUBLE = [LIMIT] * 2
app.state.limit = LIMIT


@app.get("/")
def index():
    return [LIMIT, DOUBLE, app.state.limit]


app = ReloadMiddleware(app)
