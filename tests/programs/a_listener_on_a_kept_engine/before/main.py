import db
import listeners
import sqlalchemy
from fastapi import FastAPI

import state
from reloading import ReloadMiddleware

app = FastAPI()


@app.get("/hits")
def count() -> int:
    return state.count()


def run():
    db.seen.clear()
    with db.engine.connect() as connection:
        connection.execute(sqlalchemy.text("select 1"))
    return db.seen



@app.get("/")
def index():
    return run()


app = ReloadMiddleware(app)
