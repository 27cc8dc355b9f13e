from mako.lookup import TemplateLookup
from fastapi import FastAPI

import state
from reloading import ReloadMiddleware

app = FastAPI()


@app.get("/hits")
def count() -> int:
    return state.count()


templates = TemplateLookup(["pages"], filesystem_checks=False)


@app.get("/")
def index():
    return templates.get_template("a.html").render()


app = ReloadMiddleware(app)
