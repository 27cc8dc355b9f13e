import models
from fastapi import FastAPI

import state
from reloading import ReloadMiddleware

app = FastAPI()


@app.get("/hits")
def count() -> int:
    return state.count()


@app.get("/")
def index():
    return sorted(column.name for column in models.User.__table__.columns)


app = ReloadMiddleware(app)
