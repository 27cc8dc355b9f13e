import commands
import shell
from fastapi import FastAPI

import state
from reloading import ReloadMiddleware

app = FastAPI()


@app.get("/hits")
def count() -> int:
    return state.count()


@app.get("/")
def index():
    return {name: c.callback() for name, c in shell.cli.commands.items()}


app = ReloadMiddleware(app)
