import holder
from fastapi import FastAPI

import state
from reloading import ReloadMiddleware

app = FastAPI()


@app.get("/hits")
def count() -> int:
    return state.count()


@app.get("/hold")
def hold():
    return holder.hold()



@app.get("/")
def index():
    return holder.told()


app = ReloadMiddleware(app)
