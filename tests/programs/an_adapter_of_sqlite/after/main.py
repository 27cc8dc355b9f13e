import sqlite3

import points
from fastapi import FastAPI

import state
from reloading import ReloadMiddleware

app = FastAPI()


@app.get("/hits")
def count() -> int:
    return state.count()


@app.get("/")
def index():
    return sqlite3.connect(":memory:").execute("select ?", [points.Point()]).fetchone()


app = ReloadMiddleware(app)
